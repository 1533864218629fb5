import type { Architecture } from '../../shared/architecture/architecture';
import { definitionOf } from '../../shared/architecture/layerCatalog';
import { kerasConfig, kerasLayers } from '../../shared/saving/kerasConfig';
import { kerasClassGroup } from '../../shared/saving/kerasGroups';
import type { WeightValues } from '../runs/weightValues';
import { hdf5, type Hdf5Group } from './hdf5';
import { zipped } from './zipped';

/** The Keras whose form the file has. */
const KERAS_VERSION = '3.15.1';

/**
 * A `.keras` file that Keras 3 loads.
 * @param at is written into it as the time of saving
 */
export async function kerasFile(
  architecture: Architecture,
  weights: readonly WeightValues[],
  at: Date,
): Promise<Uint8Array> {
  const json = (value: object) => Buffer.from(JSON.stringify(value));
  return zipped([
    {
      name: 'metadata.json',
      bytes: json({ keras_version: KERAS_VERSION, date_saved: at.toISOString().slice(0, 19) }),
    },
    { name: 'config.json', bytes: json(kerasConfig(architecture)) },
    { name: 'model.weights.h5', bytes: await hdf5(weightGroups(architecture, weights)) },
  ]);
}

/** `layers/<class>_<n>/vars/<i>`, in `cell` for recurrent layers. Source: Keras 3.15, saving_lib.py. */
function weightGroups(architecture: Architecture, weights: readonly WeightValues[]): Hdf5Group {
  const counts = new Map<string, number>();
  const groups: Record<string, Hdf5Group> = {};
  for (const { id, kind } of kerasLayers(architecture)) {
    const { label, group } = definitionOf(kind);
    const stem = kerasClassGroup(label);
    const count = counts.get(stem) ?? 0;
    counts.set(stem, count + 1);
    const own = weights.filter(({ layer }) => layer === id);
    const datasets = Object.fromEntries(
      own.map(({ shape, values }, at) => [String(at), { shape, values }]),
    );
    const vars: Hdf5Group = { groups: {}, datasets, attributes: { name: id } };
    const inCell = group === 'Recurrent' && own.length > 0;
    const empty: Hdf5Group = { groups: {}, datasets: {}, attributes: { name: id } };
    groups[count === 0 ? stem : `${stem}_${count}`] = {
      groups: inCell
        ? { vars: empty, cell: { groups: { vars }, datasets: {}, attributes: {} } }
        : { vars },
      datasets: {},
      attributes: {},
    };
  }
  return {
    groups: { layers: { groups, datasets: {}, attributes: {} } },
    datasets: {},
    attributes: {},
  };
}
