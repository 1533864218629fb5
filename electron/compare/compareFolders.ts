import { join } from 'node:path';
import type { ComparedRuns, ComparedTensor, TensorPlace } from '../../shared/compare/comparedRuns';
import { AppError } from '../../shared/lib/appError';
import {
  tensorDetail,
  tensorDifference,
  type TensorDetail,
} from '../../shared/compare/tensorDifference';
import { compareRuns } from '../../shared/runs/divergence/compareRuns';
import { withCopyNote } from '../../shared/runs/divergence/copyNote';
import type { RunEvidence } from '../../shared/runs/run';
import { runFiles } from '../../shared/runs/runFiles';
import { weightsFileAfter } from '../../shared/compare/measuredSteps';
import { withFile } from '../files/byteSource';
import { readRun } from '../runs/readRun';
import { summariseRun } from '../runs/summariseRun';
import { tensorsIn } from './tensorValues';

/**
 * All that the window shows of two runs side by side.
 * @throws {AppError} file-not-found, bad-run-folder
 */
export function compareFolders(folders: readonly [string, string]): ComparedRuns {
  const [a, b] = folders.map(readRun) as [RunEvidence, RunEvidence];
  const side = (folder: string, { manifest, losses }: RunEvidence) => ({
    summary: { ...summariseRun(folder), twin: null },
    manifest,
    losses,
  });
  return {
    runs: [side(folders[0], a), side(folders[1], b)],
    comparison: withCopyNote(compareRuns(a, b), a, b),
    tensors: [...tensorsAt('initial', folders, a, b), ...tensorsAt('final', folders, a, b)],
    hashes: hashesOf(a, b),
  };
}

const files = { initial: runFiles.initialWeights, final: runFiles.finalWeights } as const;

function fileOf(when: TensorPlace['when']): string {
  return typeof when === 'number' ? weightsFileAfter(when) : files[when];
}

/**
 * One tensor of both runs in detail.
 * @param folders of the runs; for a step in between, of the runs trained again
 * @throws {AppError} bad-run-folder
 */
export function detailOfTensor(
  folders: readonly [string, string],
  { when, name }: TensorPlace,
): TensorDetail {
  const [a, b] = folders.map((folder) =>
    withFile(join(folder, fileOf(when)), (source) => tensorsIn(source).valuesOf(name)),
  );
  if (a === undefined || b === undefined || a === null || b === null || a.length !== b.length) {
    throw new AppError('bad-run-folder', `${name} is not in both runs.`, 'Choose another tensor.');
  }
  return tensorDetail(a, b);
}

function tensorsAt(
  when: 'initial' | 'final',
  folders: readonly [string, string],
  a: RunEvidence,
  b: RunEvidence,
): ComparedTensor[] {
  const records = when === 'initial' ? a.initialWeights : a.finalWeights;
  const others = when === 'initial' ? b.initialWeights : b.finalWeights;
  if (records === null || others === null) return [];
  const hashes = new Map(others.map(({ layer, role, ...rest }) => [`${layer}/${role}`, rest]));
  const [left, right] = folders.map((folder) => join(folder, files[when])) as [string, string];
  return withFile(left, (own) =>
    withFile(right, (its) => {
      const [first, second] = [tensorsIn(own), tensorsIn(its)];
      return records.map(({ layer, role, shape, sha256 }): ComparedTensor => {
        const name = `${layer}/${role}`;
        const other = hashes.get(name);
        const place = { when, name, layer, shape } as const;
        if (other === undefined || other.shape.join() !== shape.join()) {
          return { ...place, difference: null };
        }
        const entries = shape.reduce((product, length) => product * length, 1);
        if (other.sha256 === sha256) {
          const none = { differing: 0, maxAbsolute: 0, maxRelative: 0, maxUlp: 0 };
          return { ...place, difference: { entries, ...none } };
        }
        const [x, y] = [first.valuesOf(name), second.valuesOf(name)];
        return { ...place, difference: x && y ? tensorDifference(x, y) : null };
      });
    }),
  );
}

/** Which tensors had the same hash after which steps that both recorded. */
function hashesOf(a: RunEvidence, b: RunEvidence): ComparedRuns['hashes'] {
  const names = (run: RunEvidence) =>
    (run.initialWeights ?? []).map(({ layer, role }) => `${layer}/${role}`).sort();
  const [own, its] = [names(a), names(b)];
  if (own.join() !== its.join()) return { tensors: [], steps: [] };
  const others = new Map(b.weightHashes.map((hash) => [hash.step, hash.tensors]));
  const steps = a.weightHashes.flatMap(({ step, tensors }) => {
    const other = others.get(step);
    if (tensors === undefined || other === undefined || tensors.length !== own.length) return [];
    return { step, areEqual: tensors.map((hash, at) => hash === other[at]) };
  });
  return { tensors: own, steps };
}
