import type { Activation } from './activations';
import { wantedOutputs, type DataShape } from './dataFit';
import { layersOf, type Architecture } from './architecture';
import { withField } from './edits';
import { severalInputs } from './inputs';
import { sizeOf } from './shape';

/** Id of the layer whose output is the network's output. */
function lastLayer(architecture: Architecture): string | undefined {
  return architecture.style === 'sequential'
    ? architecture.layers.at(-1)?.id
    : architecture.calls.at(-1)?.layer;
}

/**
 * The network with the input shape of the data, and as many output units as there are classes or numbers to predict.
 * An input shape that holds as many numbers is kept if the data's rows are flat; one of another rank keeps its
 * rank where only that lets its first layers work, since rows are read number by number; a last
 * layer that is not dense stays as it is, and so does a single unit for two classes.
 */
export function fittedToData<A extends Architecture>(
  architecture: A,
  rowShape: readonly number[],
  data: Pick<DataShape, 'classes' | 'targets'>,
): A {
  const isSeveral = severalInputs(architecture) !== null;
  const isSameSize = sizeOf(architecture.inputShape) === sizeOf(rowShape);
  const shaped =
    isSeveral || (isSameSize && rowShape.length === 1)
      ? architecture
      : { ...architecture, inputShape: inputShapeFor(architecture, rowShape) };
  const last = lastLayer(shaped);
  const layer = layersOf(shaped).find(({ id }) => id === last);
  if (last === undefined || layer?.kind !== 'dense') return shaped;
  if (layer.units === 1 && data.classes === 2) return shaped;
  const changed = withField(shaped, last, 'units', wantedOutputs(data));
  return 'problem' in changed ? shaped : changed;
}

/**
 * The shape of a row as the network can take it: pictures without channels have one for a network of pictures,
 * and steps follow each other for one that takes a single row of numbers, such as a stack of dense layers.
 */
function inputShapeFor({ inputShape }: Architecture, rowShape: readonly number[]): number[] {
  const [rank, wanted] = [inputShape.length, rowShape.length];
  if (rank === 3 && wanted === 2) return [...rowShape, 1];
  if (rank === 1 && wanted > 1) return [sizeOf(rowShape)];
  return [...rowShape];
}

/** The network with another activation of a layer; as it is if the layer has none. */
export function withActivation<A extends Architecture>(
  architecture: A,
  layer: string,
  activation: Activation,
): A {
  const changed = withField(architecture, layer, 'activation', activation);
  return 'problem' in changed ? architecture : changed;
}
