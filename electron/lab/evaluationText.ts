import type { Evaluation, EvaluationResult } from '../../shared/evaluation/evaluation';
import { countText } from '../../shared/lib/countText';
import { aligned } from './table';

type Of<T extends EvaluationResult['target']> = Extract<EvaluationResult, { readonly target: T }>;

/** More classes than this make a table that no terminal shows; `--json` has it. */
const MOST_CONFUSED = 20;
const WRONG_ROWS = 10;

/** An evaluation as people read it in a terminal. */
export function evaluationText({ weights, data: { rows, which }, result }: Evaluation): string {
  const where =
    which === 'other'
      ? `${countText(rows, 'row')} of other data`
      : which === 'held-out'
        ? `${countText(rows, 'held-out row')}`
        : `all ${countText(rows, 'row')}, which it was trained on: train with a validation split to hold some out`;
  const head = `On ${where}; ${weights} weights.`;
  return [head, '', ...linesOf(result), ''].join('\n');
}

function linesOf(result: EvaluationResult): string[] {
  switch (result.target) {
    case 'class':
      return classLines(result);
    case 'labels':
      return labelLines(result);
    case 'number':
      return numberLines(result);
  }
}

function classLines({
  classes,
  confusion,
  report,
  rankings,
  calibration,
  wrong,
}: Of<'class'>): string[] {
  const byClass = report.classes.map(({ precision, recall, f1, support }, at) => {
    const { auc = null, averagePrecision = null } = rankings[at] ?? {};
    return [
      classes[at] ?? '',
      ...[precision, recall, f1].map(fixed),
      String(support),
      fixed(auc),
      fixed(averagePrecision),
    ];
  });
  const means = (['macro', 'weighted'] as const).map((name) => {
    const { precision, recall, f1 } = report[name];
    return [`mean (${name})`, ...[precision, recall, f1].map(fixed), '', '', ''];
  });
  const head = ['class', 'precision', 'recall', 'F1', 'rows', 'ROC AUC', 'avg. precision'];
  const matrix =
    classes.length > MOST_CONFUSED
      ? [`${classes.length} classes: --json has the confusion matrix.`]
      : aligned([
          ['true \\ predicted', ...classes],
          ...confusion.map((row, at) => [classes[at] ?? '', ...row.map(String)]),
        ]);
  const surest = wrong
    .slice(0, WRONG_ROWS)
    .map(({ row, label, predicted, outputs }) => [
      String(row),
      classes[label] ?? '',
      classes[predicted] ?? '',
      fixed(outputs[predicted] ?? null),
    ]);
  return [
    `Accuracy ${fixed(report.accuracy)}${calibration === null ? '' : `, expected calibration error ${fixed(calibration.expectedError)}`}`,
    '',
    ...aligned([head, ...byClass, ...means]),
    '',
    ...matrix,
    ...(surest.length === 0
      ? []
      : [
          '',
          'Wrong, the surest first:',
          ...aligned([['row', 'true', 'predicted', 'with'], ...surest]),
        ]),
  ];
}

function labelLines({ allRight, labels }: Of<'labels'>): string[] {
  const head = ['label', 'precision', 'recall', 'F1', 'rows', 'ROC AUC', 'avg. precision'];
  const lines = labels.map(({ name, scores: { precision, recall, f1, support }, ranking }) => [
    name,
    ...[precision, recall, f1].map(fixed),
    String(support),
    fixed(ranking.auc),
    fixed(ranking.averagePrecision),
  ]);
  return [`All labels right in ${fixed(allRight)} of the rows`, '', ...aligned([head, ...lines])];
}

function numberLines({ numbers }: Of<'number'>): string[] {
  const head = [
    '',
    'mean abs. error',
    'root mean sq.',
    'R²',
    'mean error',
    '5 %',
    'median',
    '95 %',
  ];
  const lines = numbers.map(({ name, residuals }) => [
    name,
    ...[
      residuals.meanAbsoluteError,
      residuals.rootMeanSquaredError,
      residuals.r2,
      residuals.meanError,
      residuals.quantiles[0] ?? null,
      residuals.quantiles[2] ?? null,
      residuals.quantiles[4] ?? null,
    ].map(short),
  ]);
  const farthest = numbers.flatMap(({ name, farthest: rows }) =>
    rows
      .slice(0, WRONG_ROWS)
      .map(({ row, truth, predicted }) => [name, String(row), short(truth), short(predicted)]),
  );
  return [
    ...aligned([head, ...lines]),
    '',
    'Errors are predicted - true, in the unit of the data. Farthest off:',
    ...aligned([['', 'row', 'true', 'predicted'], ...farthest]),
  ];
}

function fixed(value: number | null): string {
  return value === null ? '-' : value.toFixed(4);
}

function short(value: number | null): string {
  return value === null ? '-' : String(Number(value.toPrecision(5)));
}
