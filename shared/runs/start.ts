import { z } from 'zod';

const count = z.int().min(0);
const id = z.string().min(1).max(256);

/** Where the weights that a run starts from come from, and what else is restored with them. */
export const startSchema = z.strictObject({
  format: z.literal(1),
  /** Name of the run, file or bundle. */
  from: z.string().min(1).max(4_096),
  /** Of a run or a bundle its first, best or last weights, or those after a step; of a file all that it has. */
  which: z.enum(['initial', 'best', 'final', 'step', 'file']),
  /** Steps that were trained before; null where that is not known. */
  step: count.nullable(),
  /** Layers whose weights come from a layer of another name. */
  matched: z.array(z.strictObject({ layer: id, from: id })).max(4_000),
  /** Layers with weights for which nothing was found: they are drawn. */
  drawn: z.array(id).max(4_000),
  /** The optimiser goes on with its state. */
  optimiser: z.boolean(),
  /** Random numbers go on where they were: orders and dropout masks. */
  random: z.boolean(),
});
export type Start = z.infer<typeof startSchema>;

/** As a sentence for people. */
export function startText({ from, which, step, drawn, optimiser, random }: Start): string {
  const weights =
    which === 'file'
      ? `the weights in ${from}`
      : which === 'step'
        ? `the weights of ${from} after step ${step}`
        : `the ${which} weights of ${from}`;
  const not = [...(optimiser ? [] : ['optimiser state']), ...(random ? [] : ['random state'])];
  const kept = [...(optimiser ? ['optimiser state'] : []), ...(random ? ['random state'] : [])];
  const restored = kept.length === 0 ? '' : `, with its ${kept.join(' and ')}`;
  const lost = which === 'step' && not.length > 0 ? `; not restored: ${not.join(', ')}` : '';
  const own = drawn.length === 0 ? '' : `; drawn: ${drawn.join(', ')}`;
  return `Starts from ${weights}${restored}${lost}${own}.`;
}
