import { z } from 'zod';
import type { Shape } from './definition';

const length = z.int().min(1).max(65_536);
/** One length per axis that the window moves along. */
export const windowSchema = (rank: 1 | 2) => z.array(length).length(rank);
export const paddingSchema = z.enum(['valid', 'same']);
export type Padding = z.infer<typeof paddingSchema>;

/**
 * Positions of a window along each axis, as Keras counts them: `same` pads so that only the stride reduces
 * them, `valid` takes only whole windows.
 */
export function slid(
  input: Shape,
  size: readonly number[],
  strides: readonly number[],
  padding: Padding,
): readonly number[] {
  return size.map((window, axis) => {
    const [all, stride] = [input[axis] ?? 0, strides[axis] ?? 1];
    return padding === 'same' ? Math.ceil(all / stride) : Math.floor((all - window) / stride) + 1;
  });
}

/** The sentence for a window that does not fit, or null. */
export function windowProblem(
  label: string,
  input: Shape | undefined,
  size: readonly number[],
  positions: (input: Shape) => readonly number[],
): string | null {
  const axes = size.length === 1 ? '[steps, channels]' : '[height, width, channels]';
  if (input?.length !== size.length + 1) {
    return `${label} takes shape ${axes}, not [${input?.join(', ') ?? ''}].`;
  }
  if (positions(input).some((count) => count < 1)) {
    return `${label}'s window of ${size.join(' x ')} is larger than its input of ${input.slice(0, -1).join(' x ')}.`;
  }
  return null;
}
