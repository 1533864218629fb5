import { layersOf, type Architecture } from './architecture';
import { definitionOf, innerLayer } from './layerCatalog';
import { roleInPart } from './layers/parts';

/** The own seed of a weight's initialiser; null if it has none. */
export function initialiserSeed(
  architecture: Architecture,
  id: string,
  role: string,
): number | null {
  const layer = layersOf(architecture).find((own) => own.id === id);
  if (layer === undefined) return null;
  const own = roleInPart(definitionOf(layer.kind).parts ?? [], role);
  const field = `${own.replace(/Kernel$/, '')}Seed`;
  const owner = innerLayer(layer) ?? layer;
  const seed = (owner as Readonly<Record<string, unknown>>)[field];
  return typeof seed === 'number' ? seed : null;
}

/** The role of the weight that an initialiser field is for: recurrentInitialiser -> recurrentKernel. */
export function roleOfInitialiser(field: string): string {
  const prefix = field.slice(0, -'Initialiser'.length);
  return ['recurrent', 'depthwise', 'pointwise'].includes(prefix) ? `${prefix}Kernel` : prefix;
}
