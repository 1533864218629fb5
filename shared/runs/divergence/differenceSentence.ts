import { assertNever } from '../../lib/assertNever';
import type { FirstDifference } from './firstDifference';

/** The first difference as one sentence that a person can quote. */
export function differenceSentence(difference: FirstDifference): string {
  const { step, kind, layer, tensor, stream } = difference;
  switch (kind) {
    case 'network':
      return networkSentence(difference);
    case 'data':
      return 'The runs trained on different data.';
    case 'setting':
      return settingSentence(difference);
    case 'initial-weights':
      return `Before the first step the weights ${layer}/${tensor} differ (stream ${stream}).`;
    case 'batch-order':
      return `Step ${step}: the weights are equal until then, but the batch holds rows in another order (stream ${stream}).`;
    case 'dropout':
      return stream?.includes(' and ')
        ? `Step ${step}: weights and batch are equal until then, but each engine draws its own masks of dropout at ${layer} (streams ${stream}).`
        : `Step ${step}: weights and batch are equal until then, but dropout at ${layer} drew different numbers (stream ${stream}).`;
    case 'arithmetic':
      return arithmeticSentence(difference);
    default:
      return assertNever(kind);
  }
}

function networkSentence({ layer, setting, values, stream }: FirstDifference): string {
  const [a, b] = values ?? [null, null];
  if (setting !== null) {
    const what = layer === null ? setting : `${setting} of ${layer}`;
    return `The networks differ: ${what} is ${a ?? 'not set'} in the first and ${b ?? 'not set'} in the second.`;
  }
  const which = a === null ? 'second' : 'first';
  const draws =
    stream === null ? '' : `, whose dropout draws from a random stream of its own (${stream})`;
  return `The networks differ: only the ${which} has the layer ${layer}${draws}.`;
}

function settingSentence({ setting, values }: FirstDifference): string {
  const [a, b] = values ?? [null, null];
  if (setting === 'seed') return `The seeds differ: ${a} and ${b}.`;
  return `The settings differ: ${setting} is ${a ?? 'not set'} in the first and ${b ?? 'not set'} in the second.`;
}

function arithmeticSentence({ step, layer, tensor, seenIn }: FirstDifference): string {
  const name = layer === null ? null : `${layer}/${tensor}`;
  if (seenIn === 'weights') {
    const what = name === null ? 'some weights differ' : `the weights ${name} differ`;
    return `After step ${step} ${what}; weights, batches, dropout and losses are equal until then.`;
  }
  const after = name === null ? '' : `, and so do the weights ${name} after it`;
  return `Step ${step}: weights, batches and dropout are equal until then, but the loss differs in its bits${after}.`;
}
