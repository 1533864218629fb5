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
