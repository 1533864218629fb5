import { isFields, type Fields } from '../lib/fields';

/** run.json of any format, with the values that format 1 implied filled in. */
export function upgradedManifest(value: unknown): unknown {
  return isFields(value) && value['format'] === 1 ? withFormerFormulas(value) : value;
}

/** The same for script.json of a run of that format. */
export function upgradedScript(value: unknown, runFormat: number): unknown {
  return isFields(value) && runFormat === 1 ? withFormerFormulas(value) : value;
}

/** Format 1 knew only the formulas of TensorFlow.js. */
function withFormerFormulas(value: Fields): unknown {
  const { training } = value;
  if (!isFields(training) || !isFields(training['optimiser'])) return value;
  const { optimiser } = training;
  if (optimiser['kind'] !== 'adam' && optimiser['kind'] !== 'momentum') return value;
  return {
    ...value,
    training: { ...training, optimiser: { formula: 'tfjs', ...optimiser } },
  };
}
