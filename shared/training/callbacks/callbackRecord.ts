import { z } from 'zod';

const epoch = z.int().min(1);
const step = z.int().min(1);
/** A watched value; infinities and NaN as text. */
const value = z.union([z.number(), z.string()]);

/** One line of callbacks.jsonl: what a callback did. */
export const callbackRecordSchema = z.discriminatedUnion('did', [
  /** Early stopping ended the training; `bestEpoch` was the best. */
  z.strictObject({
    did: z.literal('stopped-early'),
    epoch,
    step,
    value,
    best: value,
    bestEpoch: epoch,
  }),
  /** Early stopping put the weights of an earlier epoch back. */
  z.strictObject({ did: z.literal('restored-best'), epoch, step, bestEpoch: epoch }),
  /** The learning rate after the epoch. */
  z.strictObject({ did: z.literal('reduced-rate'), epoch, step, value, learningRate: z.number() }),
  /** The weights after the epoch are the best so far, and are kept. */
  z.strictObject({ did: z.literal('kept-best'), epoch, step, value }),
  /** The loss of the step was not finite. */
  z.strictObject({
    did: z.literal('stopped-on-nan'),
    epoch,
    step,
    value,
    /** The first tensor that is not finite, as `weight dense/kernel before the step`; null if it was not found. */
    tensor: z.string().nullable(),
  }),
]);
export type CallbackRecord = z.infer<typeof callbackRecordSchema>;

/** What is worth telling: all but the best epochs before the last one. */
export function toldCallbacks(records: readonly CallbackRecord[]): readonly CallbackRecord[] {
  const best = records.filter(({ did }) => did === 'kept-best').at(-1);
  return records.filter((own) => own.did !== 'kept-best' || own === best);
}

/** As a sentence, for people. */
export function callbackText(record: CallbackRecord): string {
  const at = `after epoch ${record.epoch} (step ${record.step})`;
  switch (record.did) {
    case 'stopped-early':
      return `Early stopping ${at}: ${numberText(record.value)}, best ${numberText(record.best)} after epoch ${record.bestEpoch}`;
    case 'restored-best':
      return `The weights after epoch ${record.bestEpoch} were put back`;
    case 'reduced-rate':
      return `Learning rate ${numberText(record.learningRate)} ${at}`;
    case 'kept-best':
      return `Best so far ${at}: ${numberText(record.value)}`;
    case 'stopped-on-nan': {
      const first = record.tensor === null ? '' : `; first not finite: ${record.tensor}`;
      return `Loss ${numberText(record.value)} at step ${record.step} (epoch ${record.epoch})${first}`;
    }
  }
}

function numberText(value: number | string): string {
  return typeof value === 'string' ? value : String(Number(value.toPrecision(6)));
}
