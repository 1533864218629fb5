import { maskAfter, type LayerSpec } from '../../architecture/layerCatalog';
import { keyOf } from './building';
import { callOfNode, nameOf, sourcesIn, type Source, type StoredLayer } from './storedModel';

/**
 * A mask as the tests of numbers that it is made of, one of which must hold for a step; null if there is none.
 * Keras 3 stores a mask that it found while a Functional was made as operations, and gives it to layers by name.
 */
export type ImportedMask = ReadonlySet<string> | null;

/** Of a mask that lets every step count. */
const ALWAYS = 'always';

/** Operations of which Keras' layers make masks. */
const operations = new Set([
  'NotEqual',
  'Any',
  'LogicalOr',
  'ExpandDims',
  'ZerosLike',
  'OnesLike',
  'Concatenate',
]);

export function isMaskOperation({ class_name: name, config, module }: StoredLayer): boolean {
  if (!operations.has(name)) return false;
  if (typeof module === 'string') return module.startsWith('keras.src.ops');
  // HDF5 files name no modules; there is a layer of that name too, which has a type.
  return name !== 'Concatenate' || !('dtype' in config);
}

/** Whether it is no layer but an operation on values, as `x + y`, whose result has no mask in Keras. */
export function isOperation({ config, module }: StoredLayer): boolean {
  return typeof module === 'string'
    ? module.startsWith('keras.src.ops')
    : !('dtype' in config) && !('trainable' in config);
}

/** The mask that a stored operation makes; null if it is no mask that layers here make. */
export class StoredMasks {
  readonly #layers: ReadonlyMap<string, StoredLayer>;

  /** @param layers of a model, of which the operations are read */
  constructor(layers: readonly StoredLayer[]) {
    this.#layers = new Map(
      layers.filter(isMaskOperation).map((layer) => [keyOf([nameOf(layer), 0, 0]), layer]),
    );
  }

  has(source: Source): boolean {
    return this.#layers.has(keyOf(source));
  }

  /** @param valueOf the name of a layer's value */
  read(source: Source, valueOf: (source: Source) => string | undefined): ImportedMask {
    const layer = this.#layers.get(keyOf(source));
    const [node] = layer?.inbound_nodes ?? [];
    if (layer === undefined || node === undefined) return null;
    const { sources } = callOfNode(node);
    const parts = () => sources.map((own) => this.read(own, valueOf));
    switch (layer.class_name) {
      case 'NotEqual': {
        const value = sources[0] === undefined ? undefined : valueOf(sources[0]);
        const than = (node as { readonly args?: readonly unknown[] }).args?.[1];
        return value === undefined || typeof than !== 'number' || sourcesIn(than).length > 0
          ? null
          : new Set([test(value, than)]);
      }
      case 'Any':
      case 'ExpandDims':
        return parts()[0] ?? null;
      case 'ZerosLike':
        return new Set();
      case 'OnesLike':
        return new Set([ALWAYS]);
      default: {
        const known = parts().filter((own) => own !== null);
        return known.length === sources.length ? union(known) : null;
      }
    }
  }
}

/** The mask of a layer's value. @param taken names of its inputs @param masks theirs */
export function importedMask(
  spec: LayerSpec,
  taken: readonly string[],
  masks: readonly ImportedMask[],
): ImportedMask {
  return maskAfter<ReadonlySet<string>>(spec, masks, {
    made: () => new Set([test(taken[0] ?? '', spec.kind === 'masking' ? spec.maskValue : 0)]),
    anyOf: union,
    always: () => new Set([ALWAYS]),
  });
}

export function areSameMasks(a: ImportedMask, b: ImportedMask): boolean {
  const text = (mask: ImportedMask) => (mask === null ? '' : [...mask].sort().join());
  return text(a) === text(b);
}

function test(value: string, number: number): string {
  return `${value} is not ${number}`;
}

function union(masks: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const all = new Set(masks.flatMap((own) => [...own]));
  return all.has(ALWAYS) ? new Set([ALWAYS]) : all;
}
