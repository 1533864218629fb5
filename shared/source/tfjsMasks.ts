import type { Architecture } from '../architecture/architecture';
import { callsOf, forwardPlan } from '../architecture/forwardPlan';
import { definitionOf, masksValue, type LayerKind } from '../architecture/layerCatalog';

/** Kinds whose layers in TensorFlow.js 4 hand a mask on (`supportsMasking`) as Keras does. */
const handsOn: ReadonlySet<LayerKind> = new Set([
  'masking',
  'embedding',
  'dense',
  'dropout',
  'spatialDropout1d',
  'gaussianDropout',
  'gaussianNoise',
  'activation',
  'prelu',
  'layerNormalization',
  'batchNormalization',
  'lstm',
  'gru',
]);

/** Kinds that pass over masked steps in TensorFlow.js too. */
const passesOver: ReadonlySet<LayerKind> = new Set(['lstm', 'gru']);

/**
 * Layers that TensorFlow.js' own pass through a model gives other masks than Keras, or whose masks it does not heed. It
 * hands the last mask on to every later layer, also where it has ended (tfjs-layers 4.22, engine/executor.ts).
 * @param isTrained also counts what heeds masks in training only
 */
export function otherwiseMaskedInTfjs(
  architecture: Architecture,
  isTrained: boolean,
): readonly string[] {
  const calls = new Map(callsOf(architecture).map((own) => [own.name, own]));
  const masked = new Set<string>();
  const found = new Set<string>();
  let wasMade = false;
  const plan = forwardPlan(architecture).calls;
  const makesMasks = plan.some(({ hasMask }) => hasMask);
  for (const { name, spec, inputMasks, hasMask } of plan) {
    const { usesMasks, group } = definitionOf(spec.kind);
    const given = (calls.get(name)?.inputs ?? []).map((input) => masked.has(input));
    const isMasked = inputMasks.includes(true);
    const getsMask = given.includes(true);
    // The order in which a graph's layers run is the library's.
    const mayRunLater = wasMade || architecture.style !== 'sequential';
    const heeds = usesMasks === true && (isTrained || spec.kind !== 'batchNormalization');
    const isWrong = passesOver.has(spec.kind)
      ? isMasked !== getsMask || (!isMasked && makesMasks && mayRunLater)
      : (heeds && isMasked) || (group === 'Merge' && getsMask);
    if (isWrong) found.add(spec.id);
    if (handsOn.has(spec.kind) && masksValue(spec, given)) masked.add(name);
    wasMade ||= hasMask;
  }
  return [...found];
}
