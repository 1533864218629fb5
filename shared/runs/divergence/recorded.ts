import { dropoutCalls } from '../../architecture/dropoutCalls';
import { capabilitiesOf, engineOf, streamsOf } from '../../engines/engineCatalog';
import { initialiserSeed } from '../../architecture/initialiserSeed';
import { streamLabel } from '../../random/streamLabel';
import type { EpochOrder, RunEvidence, RunManifest, TensorRecord } from '../run';
import { dropoutStream } from './decided';
import { differenceAt, type FirstDifference } from './firstDifference';

/**
 * The earliest recorded number that differs: initial weights, then step by step the order of
 * the batch's rows, what dropout drew, the loss, and the weights after it.
 */
export function recordedDifference(a: RunEvidence, b: RunEvidence): FirstDifference | null {
  const steps = Math.min(a.losses.length, b.losses.length);
  const isSameLength = a.losses.length === b.losses.length;
  const inOrder = [
    initialWeights(a, b),
    batchOrder(a, b),
    dropout(a, b, steps),
    ownMasks(a, b, steps),
    loss(a, b, steps),
    weightsOnTheWay(a, b),
    isSameLength ? finalWeights(a, b, steps) : null,
  ].filter((own) => own !== null);
  // The first of those at the earliest step: within a step the order of this list decides.
  const earliest = Math.min(...inOrder.map(({ step }) => step));
  return inOrder.find(({ step }) => step === earliest) ?? null;
}

function initialWeights(a: RunEvidence, b: RunEvidence): FirstDifference | null {
  const tensor = differingTensor(a.initialWeights, b.initialWeights);
  if (tensor === null) return null;
  return {
    ...differenceAt(0, 'initial-weights'),
    ...tensor,
    stream: initialiserStream(a.manifest, tensor),
  };
}

function initialiserStream(
  { randomness, architecture, engine, initialWeights: given }: RunManifest,
  { layer, tensor }: TensorKey,
): string {
  if (given !== null) return `given by ${given.file}`;
  const seed = initialiserSeed(architecture, layer, tensor);
  if (seed !== null) return streamLabel({ purpose: 'initialiser-seed', seed });
  if (randomness.regime === 'global' && randomness.initialiserSeeds === 'none') {
    return streamsOf(engine.mode).initialiser;
  }
  return streamLabel({ purpose: 'initialiser', layer, tensor });
}

/** The first step whose batch holds other rows, or the same rows in another order. */
function batchOrder(a: RunEvidence, b: RunEvidence): FirstDifference | null {
  const epochs = Math.min(a.orders.length, b.orders.length);
  for (let index = 0; index < epochs; index++) {
    const own = a.orders[index] as EpochOrder;
    if (own.sha256 === b.orders[index]?.sha256) continue;
    const [left, right] = [a.orderOf(own.epoch), b.orderOf(own.epoch)];
    const row = left?.findIndex((value, place) => value !== right?.[place]) ?? 0;
    const step = own.firstStep + Math.floor(Math.max(row, 0) / a.manifest.training.batchSize);
    return { ...differenceAt(step, 'batch-order'), stream: own.stream };
  }
  return null;
}

/** Calls are aligned by layer and use: branches may be called in another order. */
function dropout(a: RunEvidence, b: RunEvidence, steps: number): FirstDifference | null {
  const [left, right] = [a.dropoutSeeds, b.dropoutSeeds];
  if (left === null || right === null) return null;
  const calls = a.manifest.dropout;
  const places = calls.map((own) =>
    b.manifest.dropout.findIndex(({ layer, use }) => layer === own.layer && use === own.use),
  );
  const [width, otherWidth] = [calls.length, b.manifest.dropout.length];
  for (let step = 0; step < steps; step++) {
    for (const [call, { layer, use, seed }] of calls.entries()) {
      const place = places[call] as number;
      if (place < 0) continue;
      const [at, there] = [2 * (step * width + call), 2 * (step * otherWidth + place)];
      if (left[at] === right[there] && left[at + 1] === right[there + 1]) continue;
      const stream = dropoutStream(a.manifest, { layer, use, seed });
      return { ...differenceAt(step + 1, 'dropout'), layer, stream };
    }
  }
  return null;
}

/**
 * Engines that draw dropout's masks with generators of their own draw different ones from equal seeds,
 * which no record shows: where their losses part, the masks did. Since format 4.
 */
function ownMasks(a: RunEvidence, b: RunEvidence, steps: number): FirstDifference | null {
  if (Math.min(a.manifest.format, b.manifest.format) < 4) return null;
  const modes = [a, b].map(({ manifest }) => manifest.engine.mode);
  const [left, right] = modes.map(engineOf);
  const areOwn = modes.some((mode) => capabilitiesOf(mode).dropout === 'own');
  const [call] = dropoutCalls(a.manifest.architecture);
  if (left === right || !areOwn || call === undefined) return null;
  const found = loss(a, b, steps);
  if (found === null) return null;
  const stream = `${left}/dropout and ${right}/dropout`;
  return { ...differenceAt(found.step, 'dropout'), layer: call.layer, stream };
}

function loss(a: RunEvidence, b: RunEvidence, steps: number): FirstDifference | null {
  const left = new Uint32Array(a.losses.slice(0, steps).buffer);
  const right = new Uint32Array(b.losses.slice(0, steps).buffer);
  const index = left.findIndex((bits, place) => bits !== right[place]);
  return index < 0 ? null : { ...differenceAt(index + 1, 'arithmetic'), seenIn: 'losses' };
}

/** The first step after which both hashed their weights and the hashes differ. */
function weightsOnTheWay(a: RunEvidence, b: RunEvidence): FirstDifference | null {
  if (!areHashesAlike(a, b)) return null;
  const others = new Map(b.weightHashes.map((own) => [own.step, own]));
  for (const own of a.weightHashes) {
    const other = others.get(own.step);
    if (other === undefined || other.sha256 === own.sha256) continue;
    const tensor = differingHash(a, own.tensors, other.tensors);
    return { ...differenceAt(own.step, 'arithmetic'), ...tensor, seenIn: 'weights' };
  }
  return null;
}

/** Format 1 hashed in call order, so that only equal orders can be compared. */
function areHashesAlike(a: RunEvidence, b: RunEvidence): boolean {
  if (a.manifest.format !== b.manifest.format) return false;
  if (a.manifest.format > 1) return true;
  const order = ({ initialWeights: tensors }: RunEvidence) => tensors?.map(keyOf).join('\n');
  return order(a) === order(b);
}

/** The first tensor, in the run's order, whose hash differs; hashes are sorted by name. */
function differingHash(
  { initialWeights: tensors }: RunEvidence,
  own: readonly string[] = [],
  other: readonly string[] = [],
): TensorKey | null {
  const names = (tensors ?? []).map(keyOf).sort();
  const differing = new Set(names.filter((_, index) => own[index] !== other[index]));
  const found = tensors?.find((tensor) => differing.has(keyOf(tensor)));
  return found === undefined ? null : { layer: found.layer, tensor: found.role };
}

function finalWeights(a: RunEvidence, b: RunEvidence, steps: number): FirstDifference | null {
  const tensor = differingTensor(a.finalWeights, b.finalWeights);
  return tensor && { ...differenceAt(steps, 'arithmetic'), ...tensor, seenIn: 'weights' };
}

export type TensorKey = { readonly layer: string; readonly tensor: string };

function keyOf({ layer, role }: TensorRecord): string {
  return `${layer}/${role}`;
}

/** The first tensor, in the first run's order, that differs; null if none does. */
export function differingTensor(
  a: readonly TensorRecord[] | null,
  b: readonly TensorRecord[] | null,
): TensorKey | null {
  if (a === null || b === null) return null;
  const others = new Map(b.map((tensor) => [keyOf(tensor), tensor.sha256]));
  const known = new Set(a.map(keyOf));
  const differing =
    a.find((tensor) => others.get(keyOf(tensor)) !== tensor.sha256) ??
    b.find((tensor) => !known.has(keyOf(tensor)));
  return differing === undefined ? null : { layer: differing.layer, tensor: differing.role };
}
