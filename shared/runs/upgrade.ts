/** What a run's files may say; not yet looked at. */
type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** run.json of any format, with what format 1 meant by leaving it out. */
export function upgradedManifest(value: unknown): unknown {
  return isFields(value) && value['format'] === 1 ? withFormerFormulas(value) : value;
}

/** script.json of a run of that format, in the same way. */
export function upgradedScript(value: unknown, runFormat: number): unknown {
  return isFields(value) && runFormat === 1 ? withFormerFormulas(value) : value;
}

/** Format 1 knew the formulas of TensorFlow.js alone. */
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
