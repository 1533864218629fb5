import { factsOfRan } from '../engines/engineCatalog';
import type { RunManifest } from '../runs/run';
import type { FirstOperation } from './firstOperation';
import { isSum } from './operationKinds';

export const UNEXPLAINED =
  'Nothing that is recorded of the two environments differs, so this operation is not deterministic here, or was computed by other code.';

/** Why an operation gives another result from equal inputs, as far as it is known. */
export function reasonFor(
  first: FirstOperation,
  [a, b]: readonly [RunManifest, RunManifest],
  constants: readonly [string, string] | null,
): string {
  switch (first.kind) {
    case 'source':
      return sourceReason(first.a.kind);
    case 'constant':
      return constants === null
        ? `Its attributes differ: ${first.a.attributes} and ${first.b.attributes}.`
        : `It was given another number: ${constants[0]} and ${constants[1]}.`;
    case 'other':
      return first.a.op === first.b.op
        ? `Its inputs are made in another way in the two runs.`
        : `The first run computes ${first.a.op} there, the second ${first.b.op}.`;
    case 'alone':
      return arithmeticReason(first.op.op, a, b);
    case 'group':
    case 'operation':
      return arithmeticReason(first.a.op, a, b);
  }
}

function sourceReason(kind: string): string {
  switch (kind) {
    case 'weight':
      return 'All that follows computes with them.';
    case 'batch':
      return 'Other rows, or the same in another order, give other sums.';
    case 'seeds':
      return 'Dropout then keeps other values.';
    case 'rate':
      return 'Each update is scaled by it.';
    default:
      return 'Each update depends on it.';
  }
}

function arithmeticReason(op: string, a: RunManifest, b: RunManifest): string {
  const others = new Map(factsOfRan(b.ran).map(({ label, value }) => [label, value]));
  const differing = factsOfRan(a.ran).filter(
    ({ label, value }) => others.has(label) && others.get(label) !== value,
  );
  const has = (name: string) => differing.find(({ label }) => label === name);
  const pair = (name: string) => `${has(name)?.value} and ${others.get(name)}`;
  if (has('thread count') && isSum(op)) {
    return `Its sum is split over ${pair('thread count')} threads, whose parts are added in another order.`;
  }
  if (has('oneDNN setting')) {
    return `oneDNN is ${pair('oneDNN setting')}: its kernels add up in another order.`;
  }
  if (has('device')) return `It ran on ${pair('device')}, whose kernels round differently.`;
  if (has('engine')) {
    return `It ran on ${pair('engine')}, whose kernels add up in another order or join operations.`;
  }
  if (has('thread count')) return `It ran with ${pair('thread count')} threads.`;
  if (differing.length > 0) {
    const all = differing.map(({ label, value }) => `${label} ${value} and ${others.get(label)}`);
    return `What differs between the two environments: ${all.join('; ')}.`;
  }
  return UNEXPLAINED;
}
