import { beforeAll, expect, test } from 'vitest';
import { calibrationOf } from '../../../shared/evaluation/calibration';
import { classReport, confusionMatrix } from '../../../shared/evaluation/confusion';
import { fewerPoints, rankingOf } from '../../../shared/evaluation/ranking';
import { residualsOf } from '../../../shared/evaluation/residuals';
import { normal } from '../../../shared/random/distributions';
import { streamFor } from '../../../shared/random/streams';
import { dataPython, fromPython } from '../../helpers/data/witnesses';

beforeAll(dataPython);

const ROWS = 200;
const draw = streamFor('evaluation', { purpose: 'split' });
const whole = (most: number) => Array.from({ length: ROWS }, () => Math.floor(draw() * most));

/** Numbers of an object, in order, so that they can be compared as closely as floats allow. */
function expectClose(own: readonly number[], its: readonly number[]): void {
  expect(own).toHaveLength(its.length);
  own.forEach((value, at) => expect(value).toBeCloseTo(its[at] as number, 12));
}

test('confusion, precision, recall and F1 by class are those of scikit-learn', async () => {
  // Of five classes the last never occurs, and the one before it is never predicted.
  const labels = whole(4);
  const predicted = whole(5).map((own) => (own === 3 ? 4 : own));
  const its = await fromPython<{
    matrix: number[][];
    by: number[][];
    means: number[][];
    accuracy: number;
  }>(
    `
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support
y, p = given
of = lambda average: precision_recall_fscore_support(y, p, labels=range(5), average=average, zero_division=0)
print(json.dumps({
  "matrix": confusion_matrix(y, p, labels=range(5)).tolist(),
  "by": [own.tolist() for own in of(None)],
  "means": [list(of(average)[:3]) for average in ("macro", "weighted")],
  "accuracy": accuracy_score(y, p)}))`,
    [labels, predicted],
  );
  const matrix = confusionMatrix(labels, predicted, 5);
  expect(matrix).toEqual(its.matrix);
  const report = classReport(matrix);
  expect(report.accuracy).toBeCloseTo(its.accuracy, 12);
  for (const [at, name] of (['precision', 'recall', 'f1', 'support'] as const).entries()) {
    expectClose(
      report.classes.map((own) => own[name]),
      its.by[at] as number[],
    );
  }
  for (const [at, own] of [report.macro, report.weighted].entries()) {
    expectClose([own.precision, own.recall, own.f1], its.means[at] as number[]);
  }
});

test('ROC, precision and recall, and the areas under them are those of scikit-learn', async () => {
  // Scores with ties.
  const scores = whole(40).map((own) => own / 40);
  const isPositive = scores.map((own) => Number(draw() < 0.2 + 0.6 * own));
  const its = await fromPython<{
    roc: number[][];
    auc: number;
    average: number;
    precision: number[];
  }>(
    `
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve
y, s = given
false, true, thresholds = roc_curve(y, s, drop_intermediate=False)
print(json.dumps({
  "roc": [false.tolist(), true.tolist(), thresholds[1:].tolist()],
  "auc": roc_auc_score(y, s), "average": average_precision_score(y, s),
  "precision": precision_recall_curve(y, s)[0].tolist()[::-1]}))`,
    [isPositive, scores],
  );
  const { points, auc, averagePrecision } = rankingOf(scores, (row) => isPositive[row] === 1);
  expectClose(
    points.map(({ falsePositives }) => falsePositives),
    its.roc[0] as number[],
  );
  expectClose(
    points.map(({ truePositives }) => truePositives),
    its.roc[1] as number[],
  );
  expectClose(
    points.slice(1).map(({ threshold }) => threshold ?? NaN),
    its.roc[2] as number[],
  );
  expectClose(
    points.map(({ precision }) => precision),
    its.precision,
  );
  expectClose([auc ?? NaN, averagePrecision ?? NaN], [its.auc, its.average]);

  const few = fewerPoints(points, 10);
  expect([few.length, few[0], few.at(-1)]).toEqual([10, points[0], points.at(-1)]);
  expect(fewerPoints(points, 1_000)).toBe(points);
});

test('without rows of a kind there is no area', () => {
  expect(rankingOf([0.5, 0.1], () => true)).toMatchObject({ auc: null, averagePrecision: 1 });
  expect(rankingOf([0.5, 0.1], () => false)).toMatchObject({ auc: null, averagePrecision: null });
  expect(rankingOf([], () => true)).toMatchObject({ auc: null, averagePrecision: null });
});

test('calibration has the bins of scikit-learn, edges included', async () => {
  const probabilities = [...whole(21).map((own) => own / 20), 0, 1, 0.3, 0.7, 0.1 + 0.2];
  const came = probabilities.map((own) => Number(draw() < own));
  const its = await fromPython<number[][]>(
    `
from sklearn.calibration import calibration_curve
print(json.dumps([own.tolist() for own in calibration_curve(*given, n_bins=10)]))`,
    [came, probabilities],
  );
  const { bins, expectedError } = calibrationOf(probabilities, (row) => came[row] === 1);
  expectClose(
    bins.map(({ observed }) => observed),
    its[0] as number[],
  );
  expectClose(
    bins.map(({ predicted }) => predicted),
    its[1] as number[],
  );
  expect(bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(probabilities.length);
  expect(expectedError).toBeGreaterThan(0);
  expect(calibrationOf([0, 1], (row) => row === 1).expectedError).toBe(0);
});

test('residuals are those of scikit-learn and NumPy', async () => {
  const truth = Array.from({ length: ROWS }, () => 10 + 3 * normal(draw));
  const predicted = truth.map((own) => own + normal(draw));
  const its = await fromPython<number[]>(
    `
import numpy as np
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
y, p = map(np.array, given)
print(json.dumps([(p - y).mean(), mean_absolute_error(y, p), root_mean_squared_error(y, p), r2_score(y, p),
  *np.quantile(p - y, [.05, .25, .5, .75, .95])]))`,
    [truth, predicted],
  );
  const own = residualsOf(truth, predicted);
  expectClose(
    [
      own.meanError,
      own.meanAbsoluteError,
      own.rootMeanSquaredError,
      own.r2 ?? NaN,
      ...own.quantiles,
    ],
    its,
  );
  expect([residualsOf([1, 1], [0, 2]).r2, residualsOf([5], [4])]).toMatchObject([
    null,
    { r2: null, meanError: -1, quantiles: [-1, -1, -1, -1, -1] },
  ]);
});
