import { z } from 'zod';
import { defineLayer, type Shape } from './definition';
import { gru } from './gru';
import { lstm } from './lstm';
import { roleOfPart } from './parts';

/** How the two directions become one value. */
const mergeModes = ['concat', 'sum', 'mul', 'ave'] as const;

const cells = { lstm, gru } as const;
const { id: _, ...ofGru } = gru.schema.omit({ kind: true, resetAfter: true }).shape;

const schema = z.strictObject({
  id: gru.schema.shape.id,
  kind: z.literal('bidirectional'),
  cell: z.enum(['lstm', 'gru']).default('lstm'),
  mergeMode: z.enum(mergeModes).default('concat'),
  ...ofGru,
  /** Of a GRU. */
  resetAfter: gru.schema.shape.resetAfter,
});
type Spec = z.infer<typeof schema>;

/** The layer of either direction. */
function innerOf({ cell, mergeMode: _mode, resetAfter, ...rest }: Spec) {
  return { ...rest, kind: cell, ...(cell === 'gru' && { resetAfter }) };
}

/**
 * Two recurrent layers on the same steps, one of them from the last to the first: [steps, features] ->
 * [units], or [steps, units] with returnSequences; twice as wide if they are concatenated. Without sequences each
 * direction gives its last state. Source: Schuster and Paliwal 1997; weights as in Keras.
 */
export const bidirectional = defineLayer({
  label: 'Bidirectional',
  group: 'Recurrent',
  summary: 'An LSTM or GRU in both directions of the steps',
  starter: () => ({ units: 32, resetAfter: true }),
  wrapperFields: ['mergeMode'],
  inner: innerOf,
  parts: [
    { prefix: 'forward', path: 'forward_', group: 'forward_layer/cell' },
    { prefix: 'backward', path: 'backward_', group: 'backward_layer/cell' },
  ],
  mask: ({ returnSequences }) => (returnSequences ? 'passed' : 'none'),
  usesMasks: true,
  schema,
  outputShape: (spec, inputs) => {
    const own = cells[spec.cell].outputShape(innerOf(spec) as never, inputs);
    if ('problem' in own) {
      return { problem: own.problem.replace(cells[spec.cell].label, 'Bidirectional') };
    }
    const width = own.at(-1) ?? 0;
    return [...own.slice(0, -1), spec.mergeMode === 'concat' ? 2 * width : width];
  },
  weights: (spec, inputs: readonly Shape[]) =>
    ['forward', 'backward'].flatMap((direction) =>
      cells[spec.cell].weights(innerOf(spec) as never, inputs).map((own) => ({
        ...own,
        role: roleOfPart(direction, own.role),
      })),
    ),
});
