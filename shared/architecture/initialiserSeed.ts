import { layersOf, type Architecture } from './architecture';

/** The seed that a weight's initialiser has of its own; null where it has none. */
export function initialiserSeed(
  architecture: Architecture,
  id: string,
  role: string,
): number | null {
  const layer = layersOf(architecture).find((own) => own.id === id);
  const field = `${role.replace(/Kernel$/, '')}Seed`;
  const seed = (layer as Readonly<Record<string, unknown>> | undefined)?.[field];
  return typeof seed === 'number' ? seed : null;
}

/** The weight that a field such as `recurrentInitialiser` is for: that one is called `recurrentKernel`. */
export function roleOfInitialiser(field: string): string {
  const prefix = field.slice(0, -'Initialiser'.length);
  return prefix === 'recurrent' || prefix === 'depthwise' ? `${prefix}Kernel` : prefix;
}
