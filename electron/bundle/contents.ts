import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { otherStyleOf } from '../../shared/architecture/bothStyles';
import type { BundleFile, BundleIndex } from '../../shared/bundle/bundleFile';
import { bundleFiles } from '../../shared/bundle/paths';
import { bundlePage } from '../../shared/bundle/page';
import { epochsCsv, lossesCsv } from '../../shared/bundle/telemetryCsv';
import { canonicalJson } from '../../shared/lib/canonicalJson';
import { sourceFile } from '../../shared/source/sourceFile';
import type { RunManifest } from '../../shared/runs/run';
import { npyBytes } from '../data/npyBytes';
import { targetsOf, type Dataset } from '../data/dataset';
import { bytesOfValues } from '../runs/hashOfValues';
import { readEpochs } from '../runs/readRun';
import { bundledRunFiles, runFiles } from '../../shared/runs/runFiles';
import type { GatheredRun } from './gather';

const text = (content: string) => ({ kind: 'bytes', bytes: Buffer.from(content) }) as const;
const json = (value: object) => text(`${JSON.stringify(value, null, 2)}\n`);

const BINARY = 'application/octet-stream';
const NPY = 'application/x-npy';
const JSON_TYPE = 'application/json';
const JSON_LINES = 'application/jsonl';

const mimeTypes: Readonly<Record<string, string>> = { json: JSON_TYPE, lines: JSON_LINES };

/** Every file of a bundle except crate and manifest, which describe the other files. */
export function contentsOf(
  index: BundleIndex,
  runs: readonly GatheredRun[],
  datasets: ReadonlyMap<string, Dataset>,
  verifiers: { readonly node: string; readonly python: string },
): readonly BundleFile[] {
  const page = bundlePage(
    index,
    runs.map(({ name, manifest, evidence: { outcome, losses } }) => ({
      name,
      manifest,
      outcome,
      losses,
    })),
  );
  return [
    file(bundleFiles.index, JSON_TYPE, 'What is in the bundle, and how to repeat it', json(index)),
    file(bundleFiles.page, 'text/html', 'Curves and verdicts, to be read in a browser', text(page)),
    file(bundleFiles.verifierNode, 'text/javascript', 'Verifier for Node, without packages', {
      kind: 'file',
      path: verifiers.node,
    }),
    file(bundleFiles.verifierPython, 'text/x-python', 'Verifier for Python 3, without packages', {
      kind: 'file',
      path: verifiers.python,
    }),
    ...sourcesOf(runs.map(({ manifest }) => manifest)),
    ...runs.flatMap(runContents),
    ...index.data.flatMap(({ sha256, embedded }) => {
      const dataset = datasets.get(sha256);
      if (embedded === null || dataset === undefined) return [];
      const { rows, features, inputs, labels, numbers, rowWeights, groups } = dataset;
      const targets =
        numbers === null
          ? npyBytes('<i4', [rows], labels)
          : npyBytes('<f4', [rows, targetsOf(dataset)], numbers);
      const what =
        numbers === null
          ? 'Class of each row, int32 [rows]'
          : 'Numbers to predict, float32 [rows, targets]';
      return [
        file(embedded.inputs, NPY, 'Rows as the network saw them, float32 [rows, features]', {
          kind: 'bytes',
          bytes: npyBytes('<f4', [rows, features], inputs),
        }),
        file(embedded.labels, NPY, what, {
          kind: 'bytes',
          bytes: targets,
        }),
        ...(embedded.weights === undefined || rowWeights === null
          ? []
          : [
              file(embedded.weights, NPY, 'Weight of each row, float32 [rows]', {
                kind: 'bytes',
                bytes: npyBytes('<f4', [rows], rowWeights),
              }),
            ]),
        ...(embedded.groups === undefined || groups === null
          ? []
          : [
              file(embedded.groups, NPY, 'Group of each row, int32 [rows]', {
                kind: 'bytes',
                bytes: npyBytes('<i4', [rows], groups),
              }),
            ]),
      ];
    }),
  ];
}

function runContents({ name, folder, evidence, manifest }: GatheredRun): BundleFile[] {
  const at = (own: string) => `runs/${name}/${own}`;
  const losses = Buffer.from([...lossesCsv(evidence.losses)].join(''));
  const { dropoutSeeds } = evidence;
  const numbers = (values: Float32Array | Int32Array) =>
    ({ kind: 'bytes', bytes: bytesOfValues(values) }) as const;
  const made: Readonly<Record<string, BundleFile['content']>> = {
    [runFiles.manifest]: json(manifest),
    // A process that died may have left a part of a number behind the last whole one.
    [runFiles.losses]: numbers(evidence.losses),
    ...(dropoutSeeds && { [runFiles.dropoutSeeds]: numbers(dropoutSeeds) }),
  };
  return [
    ...bundledRunFiles.flatMap(({ name: own, content, description }) => {
      const found = made[own] ?? onDisk(join(folder, own));
      const type = mimeTypes[content.form] ?? BINARY;
      return found === null ? [] : [file(at(own), type, description, found)];
    }),
    file(at('losses.csv'), 'text/csv', 'Loss of each step', { kind: 'bytes', bytes: losses }),
    file(
      at('epochs.csv'),
      'text/csv',
      'Loss and metrics by epoch',
      text(epochsCsv(readEpochs(folder))),
    ),
  ];
}

function onDisk(path: string): BundleFile['content'] | null {
  return existsSync(path) ? { kind: 'file', path } : null;
}

/**
 * Source of each network in its own style, and in the other style too if there is only one network;
 * each with its training.
 */
function sourcesOf(own: readonly RunManifest[]): BundleFile[] {
  const distinct = [
    ...new Map(
      own.map(({ architecture, training }) => [
        canonicalJson({ architecture, training } as never),
        { architecture, training },
      ]),
    ).values(),
  ];
  const [first] = distinct;
  const all =
    first !== undefined && distinct.length === 1
      ? [first, { ...first, architecture: otherStyleOf(first.architecture) }]
      : distinct;
  const counts = new Map<string, number>();
  return all.flatMap(({ architecture, training }) => {
    const { style } = architecture;
    const count = (counts.get(style) ?? 0) + 1;
    counts.set(style, count);
    const name = `source/${style}${count === 1 ? '' : `-${count}`}`;
    return [
      file(
        `${name}.ts`,
        'text/x-typescript',
        `The ${style} network for TensorFlow.js`,
        text(sourceFile('typescript', architecture, training)),
      ),
      file(
        `${name}.py`,
        'text/x-python',
        `The ${style} network for Keras 3`,
        text(sourceFile('python', architecture, training)),
      ),
    ];
  });
}

function file(
  path: string,
  encodingFormat: string,
  description: string,
  content: BundleFile['content'],
): BundleFile {
  return { path, encodingFormat, description, content };
}
