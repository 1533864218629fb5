import { severalInputs } from '../architecture/inputs';
import { z } from 'zod';
import { inputColumnSchema, type InputColumn } from '../data/table/inputColumn';
import { plainNumbers } from '../data/table/cellText';
import { missingPolicies, type MissingPolicy } from '../data/table/columns';
import { missingWords } from '../data/table/missingWords';
import { targetScaleSchema } from '../data/targetScale';
import { windowsSchema } from '../data/windows';
import type { RunManifest } from '../runs/run';

const savedColumn = inputColumnSchema.extend({
  /** What is done with a row whose cell is missing. */
  missing: z.enum(Object.keys(missingPolicies) as [MissingPolicy, ...MissingPolicy[]]),
  /** With `fill`: what stands for the cell. */
  fill: z.string().optional(),
});

const scale = z.strictObject({
  mean: z.array(z.number()).readonly(),
  /** 0 where the number is constant, which becomes 0. */
  deviation: z.array(z.number()).readonly(),
});

/** preprocessing.json: what is done to a row before a network gets it, and what its outputs mean. */
export const preprocessingSchema = z.strictObject({
  twintrain: z.literal('preprocessing'),
  version: z.literal(1),
  /** Of a row, as the network takes it: float32, channels last. */
  inputShape: z.array(z.number()).readonly(),
  /** Several inputs of the network, whose numbers follow one another in a row. */
  inputs: z
    .array(z.strictObject({ name: z.string(), shape: z.array(z.number()).readonly() }))
    .readonly()
    .exactOptional(),
  input: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('table'),
      /** In the order of a row's numbers. */
      columns: z.array(savedColumn).readonly(),
      /** Signs in numbers that are texts; '' where nothing separates thousands. */
      decimal: z.string(),
      thousands: z.string(),
      /** Cells that are missing. */
      missing: z.array(z.string()).readonly(),
      windows: windowsSchema.optional(),
    }),
    z.strictObject({
      kind: z.literal('pictures'),
      width: z.number(),
      height: z.number(),
      channels: z.number(),
      scale: scale.nullable(),
    }),
    z.strictObject({
      kind: z.literal('arrays'),
      scale: scale.nullable(),
      windows: windowsSchema.optional(),
    }),
  ]),
  output: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('class'), classes: z.array(z.string()).readonly() }),
    z.strictObject({
      kind: z.literal('number'),
      targets: z.number(),
      /** (x - mean) / deviation was learned; null for numbers as they are. */
      scale: z.array(targetScaleSchema).readonly().nullable(),
    }),
  ]),
  /** The outputs are logits: softmax or sigmoid makes probabilities of them. */
  areLogits: z.boolean(),
});
export type Preprocessing = z.infer<typeof preprocessingSchema>;
export type RowScale = z.infer<typeof scale>;

/**
 * What a run records of it.
 * @param columns what became of a table's; null where the data is none
 * @param rowScale means and deviations of a row's numbers, where they were scaled and are in no column's record
 */
export function preprocessingOf(
  { architecture, training, data }: RunManifest,
  columns: readonly InputColumn[] | null,
  rowScale: RowScale | null,
): Preprocessing {
  const { source, classes, targets, targetScale } = data;
  const windows = 'windows' in source && source.windows ? { windows: source.windows } : {};
  const format = source.kind === 'table' && source.format.type === 'csv' ? source.format : null;
  const { decimal, thousands } = format ?? plainNumbers;
  const given = new Map(
    (source.kind === 'table' ? source.columns : []).map((column) => [column.name, column]),
  );
  const several = severalInputs(architecture);
  const ofTable = (own: InputColumn) => {
    const { missing = 'refuse' as const, fill } = given.get(own.name) ?? {};
    return { ...own, missing, ...(fill !== undefined && { fill }) };
  };
  return {
    twintrain: 'preprocessing',
    version: 1,
    inputShape: architecture.inputShape,
    ...(several !== null && { inputs: several }),
    input:
      source.kind === 'images'
        ? {
            kind: 'pictures',
            width: source.width,
            height: source.height,
            channels: source.channels,
            scale: rowScale,
          }
        : columns !== null
          ? {
              kind: 'table',
              columns: columns.map(ofTable),
              ...{ decimal, thousands },
              missing: [...missingWords, ...(format?.alsoMissing ?? [])],
              ...windows,
            }
          : { kind: 'arrays', scale: rowScale, ...windows },
    output:
      targets === 0
        ? { kind: 'class', classes }
        : { kind: 'number', targets, scale: targetScale ?? null },
    areLogits: training.fromLogits,
  };
}
