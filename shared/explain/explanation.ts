import type { Pass, SourceKind } from './stepTrace';

/** The first operation at which two runs part, with how far its results are apart. */
export interface ExplainedOperation {
  /** TensorFlow's name of it; of what the step started from: Weights, Slots, Batch, Seeds or Rate. */
  readonly op: string;
  /** `layer/op`, `layer/role` or what else names it. */
  readonly name: string;
  readonly layer: string | null;
  /** Which use of the layer in the step, from 1; 0 outside of layers. */
  readonly call: number;
  readonly pass: Pass | 'start';
  /** False where it was given another number of a formula, or computes in other operations. */
  readonly inputsEqual: boolean;
  readonly shape: readonly number[];
  readonly differing: number;
  readonly entries: number;
  readonly maxUlp: number;
  readonly maxRelative: number;
}

export interface Explanation {
  /** 0 is before the first step. */
  readonly step: number;
  readonly operation: ExplainedOperation;
  /** Whether it is this operation for certain, or one of a group that cannot be looked into. */
  readonly certainty: 'operation' | 'group';
  /** In words. */
  readonly reason: string;
  /** What the difference went through after it, in the first run's order. */
  readonly path: readonly string[];
  /** What was set otherwise in the two runs, as sentences. */
  readonly settings: readonly string[];
  /** What else a reader should know. */
  readonly notes: readonly string[];
}

export const sourceNames: Readonly<Record<SourceKind, string>> = {
  weight: 'Weights',
  slot: 'Slots',
  batch: 'Batch',
  seeds: 'Seeds',
  rate: 'Rate',
  constant: 'Constant',
};

/** What was set otherwise, then where it shows first: to be quoted. */
export function explanationSentence(explanation: Explanation): string {
  const [first, ...more] = explanation.settings;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const where = whereSentence(explanation);
  return first === undefined ? where : `${first.replace(/\.$/, '')}${others}. ${where}`;
}

function whereSentence({ step, operation, reason, certainty }: Explanation): string {
  const { op, name, layer, call, pass, differing, entries, maxUlp, maxRelative } = operation;
  const many =
    differing === 0
      ? ''
      : ` ${differing.toLocaleString('en')} of ${entries.toLocaleString('en')} entries differ, by up to ${ulpText(maxUlp)} (${maxRelative.toPrecision(2)} relative).`;
  if (pass === 'start') {
    const when = step === 0 ? 'Before the first step' : `At the start of step ${step}`;
    return `${when} ${startText(op, name)}.${many} ${reason}`;
  }
  const uses = call > 1 ? `, use ${call}` : '';
  const where = layer === null ? ` in the ${pass} pass` : ` of ${layer}${uses} in the ${pass} pass`;
  const what =
    certainty === 'group' ? `a group of operations that ends in ${op}` : `the operation ${op}`;
  return `Step ${step}: ${what}${where} is the first whose result differs.${many} ${reason}`;
}

function ulpText(ulps: number): string {
  return ulps === 1 ? '1 ULP' : `${ulps.toLocaleString('en')} ULPs`;
}

function startText(op: string, name: string): string {
  switch (op) {
    case 'Weights':
      return `the weights ${name} differ`;
    case 'Batch':
      return `the batch's ${name} differ`;
    case 'Seeds':
      return 'dropout has other seeds';
    case 'Rate':
      return 'the learning rate differs';
    default:
      return `the optimiser's state ${name} differs`;
  }
}
