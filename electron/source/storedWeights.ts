import { File, type Dataset, type Group } from 'jsfive';
import { forwardPlan } from '../../shared/architecture/forwardPlan';
import { definitionOf } from '../../shared/architecture/layerCatalog';
import type { LayerPart } from '../../shared/architecture/layers/parts';
import { sizeOf } from '../../shared/architecture/shape';
import type { NamedTensor } from '../../shared/runs/safetensors';
import { kerasClassGroup } from '../../shared/saving/kerasGroups';
import type { Imported, ImportedName } from '../../shared/source/import/importModel';

type Taken = Extract<Imported, { readonly layers: unknown }>;

/** A layer's datasets by its name in the file: its own, then those of its parts in their order. */
type DatasetsOf = (
  layer: Pick<ImportedName, 'name' | 'within'>,
  parts: readonly LayerPart[],
) => readonly Dataset[];

export interface StoredWeights {
  /** Named `layer/role`; only of layers that could be matched. */
  readonly tensors: readonly NamedTensor[];
  /** Layers whose weights were not found, or have other shapes. */
  readonly leftOut: readonly string[];
  /** Numbers of Normalization layers that `adapt` set. */
  readonly adapted: readonly AdaptedNumbers[];
}

interface AdaptedNumbers {
  readonly id: string;
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

/**
 * The weights of an imported model from its HDF5 file, in the two forms that Keras writes.
 * @param form `saved`: model.weights.h5 of a `.keras` file; `legacy`: a whole `.h5` file
 * @throws {Error} if the file is not HDF5 or uses a feature that the reader lacks
 */
export function storedWeights(
  bytes: ArrayBuffer,
  form: 'saved' | 'legacy',
  { architecture, layers }: Taken,
): StoredWeights {
  const file = new File(bytes, 'weights');
  const datasetsOf = form === 'saved' ? savedForm(file, layers) : legacyForm(file);
  const names = new Map(layers.map((own) => [own.id, own]));
  const tensors: NamedTensor[] = [];
  const leftOut: string[] = [];
  const adapted: AdaptedNumbers[] = [];
  for (const { spec, weights } of forwardPlan(architecture).calls) {
    if (weights.length === 0 && spec.kind !== 'normalization') continue;
    const stored = names.get(spec.id) ?? { name: spec.id, within: [] };
    const found = datasetsOf(stored, definitionOf(spec.kind).parts ?? []);
    if (spec.kind === 'normalization') {
      // Mean, variance and a count; none if the numbers were given.
      const [mean = [], variance = []] = found.map(({ value }) => Array.from(value, Number));
      if (mean.length > 0) adapted.push({ id: spec.id, mean, variance });
      continue;
    }
    const isSame =
      found.length === weights.length &&
      weights.every(({ shape }, index) => sizeOf(shape) === sizeOf(found[index]?.shape ?? []));
    if (!isSame) {
      const there = found.map(({ shape }) => `[${shape.join(', ')}]`).join(' ') || 'none';
      leftOut.push(`${spec.id}: its weights (the file has ${there}).`);
      continue;
    }
    weights.forEach(({ role, shape }, index) => {
      const values = Float32Array.from((found[index] as Dataset).value);
      tensors.push({ name: `${spec.id}/${role}`, shape, values });
    });
  }
  return { tensors, leftOut, adapted };
}

/** The text of a model's configuration in a whole `.h5` file; null if it holds only weights. */
export function storedConfiguration(bytes: ArrayBuffer): string | null {
  const config = new File(bytes, 'model').attrs['model_config'];
  return typeof config === 'string' ? config : null;
}

/** The text of how a whole `.h5` model was compiled; null if it was not. */
export function storedTraining(bytes: ArrayBuffer): string | null {
  const config = new File(bytes, 'model').attrs['training_config'];
  return typeof config === 'string' ? config : null;
}

/**
 * Keras 3: `layers/<class>_<n>/vars/<i>`; of layers within a layer in groups of theirs, as `cell`, and of a model
 * within the model below its own `layers`. Groups name their layer since about 3.8; before that, layers are
 * counted by class.
 */
function savedForm(file: File, layers: Taken['layers']): DatasetsOf {
  const groups = new Map<string, string>();
  const named = (place: string, within: string) => {
    for (const key of groupAt(file, `${place}layers`)?.keys ?? []) {
      const own = `${place}layers/${key}`;
      const name = groupAt(file, `${own}/vars`)?.attrs['name'];
      if (typeof name !== 'string') continue;
      groups.set(`${within}${name}`, own);
      named(`${own}/`, `${within}${name}/`);
      // A model that is called on each step.
      named(`${own}/layer/`, `${within}${name}/`);
    }
  };
  named('', '');
  const counts = new Map<string, number>();
  for (const { name, within, className } of layers) {
    if (within.length > 0) continue;
    const stem = kerasClassGroup(className);
    const count = counts.get(stem) ?? 0;
    counts.set(stem, count + 1);
    const key = count === 0 ? stem : `${stem}_${count}`;
    if (!groups.has(name)) groups.set(name, `layers/${key}`);
  }
  return ({ name, within }, parts) => {
    const place = groups.get([...within, name].join('/')) ?? '';
    return ['', ...parts.map(({ group }) => `/${group}`)].flatMap((group) => {
      const at = `${place}${group}/vars`;
      return [...(groupAt(file, at)?.keys ?? [])]
        .sort((a, b) => Number(a) - Number(b))
        .map((key) => datasetAt(file, `${at}/${key}`))
        .filter((own) => own !== null);
    });
  };
}

/** Keras 2 and 3: `model_weights/<outermost layer>`, whose attribute names the datasets in their order. */
function legacyForm(file: File): DatasetsOf {
  return ({ name, within }) => {
    const place = `model_weights/${within[0] ?? name}`;
    const names = groupAt(file, place)?.attrs['weight_names'];
    const list = Array.isArray(names) ? names.map(String) : [];
    const isOwn = (own: string) => within.length === 0 || own.split('/').includes(name);
    return list
      .filter(isOwn)
      .map((own) => datasetAt(file, `${place}/${own}`))
      .filter((own) => own !== null);
  };
}

function groupAt(file: File, path: string): Group | null {
  const found = at(file, path);
  return found !== undefined && 'keys' in found ? found : null;
}

function datasetAt(file: File, path: string): Dataset | null {
  const found = at(file, path);
  return found !== undefined && 'value' in found ? found : null;
}

function at(file: File, path: string): Group | Dataset | undefined {
  try {
    return file.get(path);
  } catch {
    return undefined;
  }
}
