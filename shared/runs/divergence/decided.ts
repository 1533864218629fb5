import { streamsOf } from '../../engines/engineCatalog';
import { differences } from '../../architecture/differences';
import { drawsNumbers } from '../../architecture/layerCatalog';
import { layersOf } from '../../architecture/architecture';
import { streamLabel } from '../../random/streamLabel';
import type { DropoutCall, RunManifest } from '../run';
import { differenceAt, type FirstDifference } from './firstDifference';

/**
 * All that was set differently before the first draw: the networks, aligned by layer id, then the
 * data, the settings and the seeds. The style of a network does not count as a difference.
 */
export function decidedDifferences(a: RunManifest, b: RunManifest): readonly FirstDifference[] {
  return [
    ...networkDifferences(a, b),
    ...(a.data.sha256 === b.data.sha256
      ? []
      : [
          {
            ...differenceAt(0, 'data'),
            setting: 'sha256',
            values: [text(a.data.sha256), text(b.data.sha256)] as const,
          },
        ]),
    ...settingDifferences(trainingOf(a), trainingOf(b)),
    ...settingDifferences({ ...a.randomness }, { ...b.randomness }),
    ...restoredDifferences(a, b),
  ];
}

/** What was restored in one of two runs that both go on with an earlier training. */
function restoredDifferences(a: RunManifest, b: RunManifest): FirstDifference[] {
  const [own, its] = [a.initialWeights?.start, b.initialWeights?.start];
  if (own === undefined || its === undefined) return [];
  const told = ({ optimiser, random }: typeof own) => ({
    'optimiser state': optimiser ? 'restored' : 'not restored',
    'random state': random ? 'restored' : 'not restored',
  });
  return settingDifferences(told(own), told(its));
}

/** Without metrics, which do not affect training. */
function trainingOf({ training }: RunManifest): Record<string, unknown> {
  const { metrics: _, ...rest } = training;
  return rest;
}

function networkDifferences(a: RunManifest, b: RunManifest): FirstDifference[] {
  const shapes = [a, b].map(({ architecture }) => architecture.inputShape);
  const network = (
    layer: string | null,
    setting: string | null,
    values: FirstDifference['values'],
  ) => ({
    ...differenceAt(0, 'network'),
    layer,
    setting,
    values,
  });
  return [
    ...(shapes[0]?.join() === shapes[1]?.join()
      ? []
      : [network(null, 'inputShape', [text(shapes[0]), text(shapes[1])])]),
    ...differences(a.architecture, b.architecture).flatMap(({ id, kind, fields }) => {
      switch (kind) {
        case 'same':
          return [];
        case 'fields':
          return fields.map((field) => network(id, field.name, [text(field.a), text(field.b)]));
        case 'only-first':
          return [only(id, a, [text(id), null])];
        case 'only-second':
          return [only(id, b, [null, text(id)])];
      }
    }),
  ];

  /** A dropout layer that only one network has draws from a stream that only this run has. */
  function only(id: string, run: RunManifest, values: FirstDifference['values']): FirstDifference {
    return {
      ...network(id, null, values),
      stream: firstDropoutStream(run, id),
    };
  }
}

/** Null for a layer that is not dropout. */
function firstDropoutStream(run: RunManifest, id: string): string | null {
  const layer = layersOf(run.architecture).find((own) => own.id === id);
  return layer !== undefined && 'seed' in layer && drawsNumbers(layer)
    ? dropoutStream(run, { layer: id, use: 1, seed: layer.seed })
    : null;
}

/** The stream that dropout's seeds come from. */
export function dropoutStream(
  { randomness, engine }: RunManifest,
  { layer, use, seed }: DropoutCall,
): string {
  if (seed !== null) return streamLabel({ purpose: 'dropout-seed', seed, use });
  return randomness.regime === 'global'
    ? streamsOf(engine.mode).dropout
    : streamLabel({ purpose: 'dropout', layer, use });
}

type Settings = Readonly<Record<string, unknown>>;

/** Every setting that differs, by its path: `optimiser.learningRate`. */
function settingDifferences(a: Settings, b: Settings, prefix = ''): FirstDifference[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.flatMap((name): FirstDifference[] => {
    const [own, other] = [a[name], b[name]];
    if (text(own) === text(other)) return [];
    const path = `${prefix}${name}`;
    if (isSettings(own) && isSettings(other)) return settingDifferences(own, other, `${path}.`);
    return [
      { ...differenceAt(0, 'setting'), setting: path, values: [text(own), text(other)] as const },
    ];
  });
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
