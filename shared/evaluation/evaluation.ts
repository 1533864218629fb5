import { z } from 'zod';
import { calibrationOf } from './calibration';
import { classReport, confusionMatrix, type ClassScores } from './confusion';
import {
  areDistributions,
  classProbabilities,
  labelProbabilities,
  mostProbable,
  type Outputs,
} from './probabilities';
import { fewerPoints, rankingOf, type Ranking } from './ranking';
import { residualsOf } from './residuals';

export const EVALUATION_FORMAT = 1;

/** Curves are for the eye; areas are of all points. */
const MOST_POINTS = 200;
const MOST_LISTED = 100;

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const scoresSchema = z.strictObject({ precision: share, recall: share, f1: share });
const supportedSchema = scoresSchema.extend({ support: count });
const reportSchema = z.strictObject({
  accuracy: share,
  classes: z.array(supportedSchema).readonly(),
  macro: scoresSchema,
  weighted: scoresSchema,
});
const rankingSchema = z.strictObject({
  points: z
    .array(
      z.strictObject({
        threshold: z.number().nullable(),
        truePositives: share,
        falsePositives: share,
        precision: share,
      }),
    )
    .readonly(),
  auc: share.nullable(),
  averagePrecision: share.nullable(),
});
const calibrationSchema = z.strictObject({
  bins: z.array(z.strictObject({ rows: count, predicted: share, observed: share })).readonly(),
  expectedError: share,
});

const classResultSchema = z.strictObject({
  target: z.literal('class'),
  classes: z.array(z.string()).readonly(),
  /** [class of the row][predicted class] */
  confusion: z.array(z.array(count).readonly()).readonly(),
  report: reportSchema,
  /** Each class against all others, by its output. */
  rankings: z.array(rankingSchema).readonly(),
  /** Of the predicted classes' probabilities; null where outputs are none. */
  calibration: calibrationSchema.nullable(),
  /** The surest first; at most 100 of them. */
  wrong: z
    .array(
      z.strictObject({
        /** Of the data, from 0. */
        row: count,
        label: count,
        predicted: count,
        outputs: z.array(z.number()).readonly(),
      }),
    )
    .readonly(),
});

const labelsResultSchema = z.strictObject({
  target: z.literal('labels'),
  /** Share of rows all of whose labels are right. */
  allRight: share,
  labels: z
    .array(
      z.strictObject({
        name: z.string(),
        /** [whether the row has it][whether it is predicted, above 0.5] */
        confusion: z.array(z.array(count).readonly()).readonly(),
        /** Of the label itself; 0 where it would divide by 0. */
        scores: supportedSchema,
        ranking: rankingSchema,
        calibration: calibrationSchema.nullable(),
      }),
    )
    .readonly(),
});

const predictedSchema = z.strictObject({
  row: count,
  truth: z.number(),
  predicted: z.number(),
});
const numbersResultSchema = z.strictObject({
  target: z.literal('number'),
  numbers: z
    .array(
      z.strictObject({
        name: z.string(),
        residuals: z.strictObject({
          rows: count,
          meanError: z.number(),
          meanAbsoluteError: z.number(),
          rootMeanSquaredError: z.number(),
          r2: z.number().nullable(),
          quantiles: z.array(z.number()).length(5).readonly(),
        }),
        /** Truth and prediction of some rows, evenly chosen. */
        points: z.array(predictedSchema).readonly(),
        /** The rows that are farthest off; at most 100. */
        farthest: z.array(predictedSchema).readonly(),
      }),
    )
    .readonly(),
});

const resultSchema = z.discriminatedUnion('target', [
  classResultSchema,
  labelsResultSchema,
  numbersResultSchema,
]);
export type EvaluationResult = z.infer<typeof resultSchema>;

/** The weights of a run that may be evaluated. */
export const weightStages = ['initial', 'best', 'final'] as const;
export type WeightStage = (typeof weightStages)[number];

/** What `lab evaluate --json` prints. */
export const evaluationSchema = z.strictObject({
  twintrain: z.literal('evaluation'),
  version: z.literal(EVALUATION_FORMAT),
  /** Of the run. */
  weights: z.enum(weightStages),
  data: z.strictObject({
    sha256: z.string(),
    /** How many were predicted. */
    rows: count,
    /** Rows that the run held out, all of its data where it held out none, or rows of another file. */
    which: z.enum(['held-out', 'all', 'other']),
  }),
  result: resultSchema,
});
export type Evaluation = z.infer<typeof evaluationSchema>;

/** What is right for the rows. */
export type Truth =
  | { readonly target: 'class'; readonly labels: Int32Array; readonly classes: readonly string[] }
  | {
      readonly target: 'labels' | 'number';
      /** Row-major [rows, names]; numbers in their own unit. */
      readonly values: Float64Array;
      readonly names: readonly string[];
    };

/**
 * What a network's outputs are worth against the truth.
 * @param outputs of numbers: in their own unit
 * @param rowOf the number of a row in the data
 * @throws {Error} without rows
 */
export function evaluated(
  outputs: Outputs,
  truth: Truth,
  rowOf: (row: number) => number,
): EvaluationResult {
  if (outputs.rows === 0) throw new Error('There are no rows');
  if (truth.target === 'class') return classResult(outputs, truth.labels, truth.classes, rowOf);
  if (truth.target === 'labels') return labelsResult(outputs, truth.values, truth.names);
  return numbersResult(outputs, truth.values, truth.names, rowOf);
}

function classResult(
  outputs: Outputs,
  labels: Int32Array,
  classes: readonly string[],
  rowOf: (row: number) => number,
): EvaluationResult {
  const width = classes.length;
  const probabilities = classProbabilities(outputs);
  const predicted = labels.map((_, row) => mostProbable(probabilities, width, row));
  const sureness = Float64Array.from(
    predicted,
    (own, row) => probabilities[row * width + own] as number,
  );
  const confusion = confusionMatrix(labels, predicted, width);
  const wrong = [...labels.keys()]
    .filter((row) => predicted[row] !== labels[row])
    .sort((a, b) => (sureness[b] as number) - (sureness[a] as number) || a - b);
  return {
    target: 'class',
    classes,
    confusion,
    report: classReport(confusion),
    rankings: classes.map((_, at) =>
      drawn(rankingOf(column(probabilities, width, at), (row) => labels[row] === at)),
    ),
    calibration: areDistributions(probabilities, width)
      ? calibrationOf(sureness, (row) => predicted[row] === labels[row])
      : null,
    wrong: wrong.slice(0, MOST_LISTED).map((row) => ({
      row: rowOf(row),
      label: labels[row] as number,
      predicted: predicted[row] as number,
      outputs: [...probabilities.subarray(row * width, (row + 1) * width)],
    })),
  };
}

function labelsResult(
  outputs: Outputs,
  values: Float64Array,
  names: readonly string[],
): EvaluationResult {
  const width = names.length;
  const probabilities = labelProbabilities(outputs);
  const isRight = (at: number) => (probabilities[at] as number) > 0.5 === (values[at] === 1);
  const allRight = Array.from({ length: outputs.rows }, (_, row) =>
    names.every((__, at) => isRight(row * width + at)),
  );
  return {
    target: 'labels',
    allRight: allRight.filter(Boolean).length / outputs.rows,
    labels: names.map((name, at) => {
      const own = column(probabilities, width, at);
      const has = column(values, width, at);
      const confusion = confusionMatrix(
        has,
        own.map((value) => Number(value > 0.5)),
        2,
      );
      const isTrue = (row: number) => has[row] === 1;
      const scores = classReport(confusion).classes[1] as ClassScores;
      const areProbabilities = own.every((value) => value >= 0 && value <= 1);
      return {
        name,
        confusion,
        scores,
        ranking: drawn(rankingOf(own, isTrue)),
        calibration: areProbabilities ? calibrationOf(own, isTrue) : null,
      };
    }),
  };
}

function numbersResult(
  { values: outputs, rows }: Outputs,
  values: Float64Array,
  names: readonly string[],
  rowOf: (row: number) => number,
): EvaluationResult {
  const width = names.length;
  return {
    target: 'number',
    numbers: names.map((name, at) => {
      const truth = column(values, width, at);
      const predicted = column(outputs, width, at);
      const pair = (row: number) => ({
        row: rowOf(row),
        truth: truth[row] as number,
        predicted: predicted[row] as number,
      });
      const off = (row: number) => Math.abs((predicted[row] as number) - (truth[row] as number));
      const all = Array.from({ length: rows }, (_, row) => row);
      return {
        name,
        residuals: residualsOf(truth, predicted),
        points: fewerPoints(all, MOST_POINTS).map(pair),
        farthest: [...all]
          .sort((a, b) => off(b) - off(a) || a - b)
          .slice(0, MOST_LISTED)
          .map(pair),
      };
    }),
  };
}

/** One column of values that are row-major. */
function column(values: ArrayLike<number>, width: number, at: number): Float64Array {
  return Float64Array.from(
    { length: values.length / width },
    (_, row) => values[row * width + at] as number,
  );
}

function drawn(ranking: Ranking): Ranking {
  return { ...ranking, points: fewerPoints(ranking.points, MOST_POINTS) };
}
