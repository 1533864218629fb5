import type { Architecture } from '../../shared/architecture/architecture';
import { definitionOf } from '../../shared/architecture/layerCatalog';
import { maskedInFunctionalOnly } from '../../shared/architecture/masksByStyle';
import { AppError } from '../../shared/lib/appError';
import { partOf } from '../../shared/architecture/layers/parts';
import { kerasConfig, kerasLayers } from '../../shared/saving/kerasConfig';
import { kerasClassGroup } from '../../shared/saving/kerasGroups';
import type { WeightValues } from '../runs/weightValues';
import { hdf5, type Hdf5Group } from './hdf5';
import { zipped } from './zipped';

/** The Keras whose form the file has. */
const KERAS_VERSION = '3.15.1';

/**
 * A `.keras` file that Keras 3 loads.
 * @throws {AppError} bad-arguments where a Functional computes something else
 * @param at is written into it as the time of saving
 */
export async function kerasFile(
  architecture: Architecture,
  weights: readonly WeightValues[],
  at: Date,
): Promise<Uint8Array> {
  refuseLostMasks(architecture);
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

/** `layers/<class>_<n>/vars/<i>`; of layers within a layer in groups of theirs, as `cell`. Source: Keras 3.15, saving_lib.py. */
function weightGroups(architecture: Architecture, weights: readonly WeightValues[]): Hdf5Group {
  const counts = new Map<string, number>();
  const groups: Record<string, Hdf5Group> = {};
  for (const { id, kind } of kerasLayers(architecture)) {
    const { label, parts = [] } = definitionOf(kind);
    const stem = kerasClassGroup(label);
    const count = counts.get(stem) ?? 0;
    counts.set(stem, count + 1);
    const own = weights.filter(({ layer }) => layer === id);
    const inside = groupOf(varsOf(own.filter(({ role }) => partOf(parts, role) === null)), id);
    for (const part of parts) {
      const its = own.filter(({ role }) => partOf(parts, role) === part);
      if (its.length > 0) place(inside, part.group.split('/'), groupOf(varsOf(its), id));
    }
    groups[count === 0 ? stem : `${stem}_${count}`] = inside;
  }
  return {
    groups: { layers: { groups, datasets: {}, attributes: {} } },
    datasets: {},
    attributes: {},
  };
}

type Groups = Record<string, Hdf5Group>;

/** A layer's group: its variables, and room for those of its parts. */
function groupOf(datasets: Hdf5Group['datasets'], name: string): Hdf5Group & { groups: Groups } {
  return {
    groups: { vars: { groups: {}, datasets, attributes: { name } } },
    datasets: {},
    attributes: {},
  };
}

function varsOf(weights: readonly WeightValues[]): Hdf5Group['datasets'] {
  return Object.fromEntries(
    weights.map(({ shape, values }, at) => [String(at), { shape, values }]),
  );
}

/** Puts a group at a path below another, making those between. */
function place(into: { groups: Groups }, [first = '', ...rest]: string[], group: Hdf5Group): void {
  if (rest.length === 0) {
    into.groups[first] = group;
    return;
  }
  const next = { groups: {}, datasets: {}, attributes: {}, ...into.groups[first] };
  into.groups[first] = next;
  place(next, rest, group);
}

/** A subclass is stored as a Functional, which hands masks on where Keras' subclass does not. */
function refuseLostMasks(architecture: Architecture): void {
  const names = architecture.style === 'subclass' ? maskedInFunctionalOnly(architecture) : [];
  if (names.length === 0) return;
  throw new AppError(
    'bad-arguments',
    `The file holds a Functional, in which ${names.join(', ')} would get a mask, which the Model subclass that was trained has not.`,
    'Save it as .onnx, or train it as a Functional.',
  );
}
