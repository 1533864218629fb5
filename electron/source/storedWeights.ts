import { File, type Dataset, type Group } from 'jsfive';
import { forwardPlan } from '../../shared/architecture/forwardPlan';
import { sizeOf } from '../../shared/architecture/shape';
import type { NamedTensor } from '../../shared/runs/safetensors';
import { kerasClassGroup } from '../../shared/saving/kerasGroups';
import type { Imported } from '../../shared/source/import/importModel';

type Taken = Extract<Imported, { readonly layers: unknown }>;

export interface StoredWeights {
  /** Named `layer/role`; only of layers that could be matched. */
  readonly tensors: readonly NamedTensor[];
  /** Layers whose weights were not found, or have other shapes. */
  readonly leftOut: readonly string[];
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
  const classes = new Map(layers.map(({ id, name, className }) => [id, { name, className }]));
  const tensors: NamedTensor[] = [];
  const leftOut: string[] = [];
  for (const { spec, weights } of forwardPlan(architecture).calls) {
    if (weights.length === 0) continue;
    const found = datasetsOf(classes.get(spec.id)?.name ?? spec.id);
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
  return { tensors, leftOut };
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
 * Keras 3: `layers/<class>_<n>/vars/<i>`, in `cell` for recurrent layers. Groups name their layer
 * since about 3.8; before that, layers are counted by class.
 */
function savedForm(file: File, layers: Taken['layers']): (layer: string) => readonly Dataset[] {
  const root = groupAt(file, 'layers');
  const groups = new Map<string, string>();
  for (const key of root?.keys ?? []) {
    const name = groupAt(file, `layers/${key}/vars`)?.attrs['name'];
    if (typeof name === 'string') groups.set(name, key);
  }
  const counts = new Map<string, number>();
  for (const { name, className } of layers) {
    const stem = kerasClassGroup(className);
    const count = counts.get(stem) ?? 0;
    counts.set(stem, count + 1);
    const key = count === 0 ? stem : `${stem}_${count}`;
    if (!groups.has(name)) groups.set(name, key);
  }
  return (layer) => {
    const place = `layers/${groups.get(layer) ?? ''}`;
    const inCell = groupAt(file, `${place}/cell/vars`);
    const vars = inCell ?? groupAt(file, `${place}/vars`);
    const at = inCell === null ? `${place}/vars` : `${place}/cell/vars`;
    return [...(vars?.keys ?? [])]
      .sort((a, b) => Number(a) - Number(b))
      .map((key) => datasetAt(file, `${at}/${key}`))
      .filter((own) => own !== null);
  };
}

/** Keras 2 and 3: `model_weights/<layer>`, whose attribute names the datasets in their order. */
function legacyForm(file: File): (layer: string) => readonly Dataset[] {
  return (layer) => {
    const place = `model_weights/${layer}`;
    const names = groupAt(file, place)?.attrs['weight_names'];
    const list = Array.isArray(names) ? names.map(String) : [];
    return list.map((name) => datasetAt(file, `${place}/${name}`)).filter((own) => own !== null);
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
