import { factsOfRan } from '../engines/engineCatalog';
import { isFields } from '../lib/fields';
import type { RunManifest } from '../runs/run';

/** A setting that is not the same in all runs. */
export interface DifferingSetting {
  /** `training.optimiser.learningRate` */
  readonly path: string;
  /** As JSON, one for each run; null where a run has none. */
  readonly values: readonly (string | null)[];
}

/** What runs differ in by nature; shown only if asked for. */
export const ignoredByDefault: readonly string[] = ['id', 'createdAt'];

/**
 * What is set differently in any number of runs, in the order of the manifest.
 * @param ignored paths, or beginnings of paths up to a dot, that are left out
 */
export function differingSettings(
  manifests: readonly RunManifest[],
  ignored: readonly string[] = ignoredByDefault,
): readonly DifferingSetting[] {
  const flat = manifests.map((manifest) => flattened(settingsShown(manifest)));
  const paths = [...new Set(flat.flatMap((own) => [...own.keys()]))];
  return paths.flatMap((path) => {
    if (ignored.some((own) => path === own || path.startsWith(`${own}.`))) return [];
    const values = flat.map((own) => own.get(path) ?? null);
    return values.every((value) => value === values[0]) ? [] : [{ path, values }];
  });
}

/** What ran is shown as its engine's facts, which have the same names for every engine. */
function settingsShown({ ran, architecture, dropout: _, twintrain: _own, ...rest }: RunManifest) {
  return {
    ...rest,
    network: byId(architecture),
    ran: Object.fromEntries(factsOfRan(ran).map(({ label, value }) => [label, value])),
    variables: ran.variables,
    platform: `${ran.platform} ${ran.arch}`,
  };
}

/** Layers by their ids, so that one more layer does not move all that follow. */
function byId(architecture: RunManifest['architecture']) {
  const { style, inputShape } = architecture;
  const layers = architecture.style === 'sequential' ? architecture.layers : architecture.members;
  const named = Object.fromEntries(layers.map(({ id, ...rest }) => [id, rest]));
  return { style, inputShape, layers: layers.map(({ id }) => id), ...named };
}

function flattened(value: unknown, path = '', into = new Map<string, string>()) {
  if (isFields(value) && !Array.isArray(value)) {
    for (const [key, own] of Object.entries(value)) {
      flattened(own, path === '' ? key : `${path}.${key}`, into);
    }
  } else if (value !== undefined) into.set(path, JSON.stringify(value));
  return into;
}
