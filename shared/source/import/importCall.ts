import { definitionOf } from '../../architecture/layerCatalog';
import { snakeCase } from '../names';
import { kindOfClass } from './importLayer';
import { callOfNode, nameOf, sourcesIn, type Source, type StoredLayer } from './storedModel';

export interface ImportedCall {
  readonly sources: readonly Source[];
  /** Where the mask comes from that it is given; null if it is given none. */
  readonly mask: Source | null;
  /** The layer's own, with what is said at the call. */
  readonly config: StoredLayer['config'];
  /** Arguments that have no counterpart here, each with the layer. */
  readonly refused: readonly string[];
}

/** How a stored layer is called: values by name come after those by place, switches become its fields. */
export function importCall(layer: StoredLayer, node: unknown): ImportedCall {
  const { class_name: className, config } = layer;
  const kind = kindOfClass(className);
  const definition = kind === undefined ? null : definitionOf(kind);
  const { inputNames = [], callFields = [] } = definition ?? {};
  const { sources, named, fixesTraining } = callOfNode(node);
  const name = nameOf(layer);
  const byName = inputNames.slice(sources.length).flatMap((own) => sourcesIn(named.get(own)));
  const fields = callFields.map((field) => snakeCase(field));
  const refused: string[] = [];
  const masks = sourcesIn(named.get('mask'));
  for (const [key, value] of named) {
    if (key === 'mask' && masks.length === 1 && definition?.usesMasks === true) continue;
    if (key === 'training') {
      if (!fixesTraining || definition?.differsInTraining !== true) continue;
    } else {
      const isInput = inputNames.indexOf(key) >= sources.length;
      if (isInput || fields.includes(key) || value === false) continue;
    }
    refused.push(
      sourcesIn(value).length > 0
        ? `${name} is given ${key} besides its inputs.`
        : `${name} is called with ${key} = ${JSON.stringify(value)}.`,
    );
  }
  const switched = fields.flatMap((field) => {
    const value = named.get(field);
    return value === undefined ? [] : [[field, value] as const];
  });
  return {
    sources: [...sources, ...byName],
    mask: masks[0] ?? null,
    config: { ...config, ...Object.fromEntries(switched) },
    refused,
  };
}
