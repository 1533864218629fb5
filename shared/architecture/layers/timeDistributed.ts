import { z } from 'zod';
import { activation } from './activation';
import { averagePooling1d } from './averagePooling1d';
import { averagePooling2d } from './averagePooling2d';
import { conv1d } from './conv1d';
import { conv2d } from './conv2d';
import { conv2dTranspose } from './conv2dTranspose';
import { defineLayer, layerId, passesMask, type LayerDefinition, type Shape } from './definition';
import { dense } from './dense';
import { depthwiseConv2d } from './depthwiseConv2d';
import { flatten } from './flatten';
import { globalAveragePooling2d } from './globalAveragePooling2d';
import { globalMaxPooling1d } from './globalMaxPooling1d';
import { globalMaxPooling2d } from './globalMaxPooling2d';
import { layerNormalization } from './layerNormalization';
import { leakyReLU } from './leakyReLU';
import { maxPooling1d } from './maxPooling1d';
import { maxPooling2d } from './maxPooling2d';
import { onlyPart } from './parts';
import { reshape } from './reshape';
import { separableConv2d } from './separableConv2d';
import { upSampling2d } from './upSampling2d';
import { zeroPadding2d } from './zeroPadding2d';

/**
 * Kinds that can be called on each step: not those that draw numbers, of which Keras draws new ones for each step, that
 * keep statistics, which Keras changes step by step, that use masks, or that have layers within them.
 */
const innerKinds = {
  dense,
  conv1d,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  separableConv2d,
  maxPooling1d,
  maxPooling2d,
  averagePooling1d,
  averagePooling2d,
  globalMaxPooling1d,
  globalAveragePooling2d,
  globalMaxPooling2d,
  flatten,
  reshape,
  upSampling2d,
  zeroPadding2d,
  layerNormalization,
  activation,
  leakyReLU,
};
export type InnerKind = keyof typeof innerKinds;
export const innerKindNames = Object.keys(innerKinds) as readonly InnerKind[];

/** A layer without an id: it has that of the layer around it. */
export interface StepLayer {
  readonly kind: InnerKind;
  readonly [field: string]: unknown;
}

const schemas = innerKindNames.map((kind) =>
  (innerKinds[kind].schema as z.ZodObject).omit({ id: true }),
);
const innerSchema = z.discriminatedUnion(
  'kind',
  schemas as unknown as [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
) as unknown as z.ZodType<StepLayer>;

/** A layer of a kind with all that it needs. @param step the shape of a step */
export function newStepLayer(kind: InnerKind, step: Shape): StepLayer {
  return innerSchema.parse({ kind, ...innerKinds[kind].starter(step) });
}

const schema = z.strictObject({
  id: layerId,
  kind: z.literal('timeDistributed'),
  layer: innerSchema,
});
type Spec = z.infer<typeof schema>;

function definitionOfInner({ layer }: Spec): LayerDefinition<z.ZodObject> {
  return innerKinds[layer.kind] as unknown as LayerDefinition<z.ZodObject>;
}

const innerOf = ({ id, layer }: Spec) => ({ id, ...layer });

/** What each step is: an input without its first axis. */
const stepOf = (inputs: readonly Shape[]) => inputs.map((shape) => shape.slice(1));

/**
 * One layer called on every step, with the same weights: [steps, ...] -> [steps, ...output of the layer].
 * Source: Keras 3, layers/rnn/time_distributed.py.
 */
export const timeDistributed = defineLayer({
  label: 'TimeDistributed',
  group: 'Recurrent',
  summary: 'One layer called on each step',
  starter: () => ({ layer: { kind: 'dense', units: 32 } }),
  wrapperFields: [],
  inner: innerOf,
  innerInputs: stepOf,
  parts: onlyPart('layer'),
  mask: passesMask,
  schema,
  outputShape: (spec, inputs) => {
    const [input = []] = inputs;
    const [steps] = input;
    const { label, outputShape } = definitionOfInner(spec);
    if (steps === undefined || input.length < 2) {
      return { problem: `TimeDistributed takes shape [steps, ...], not [${input.join(', ')}].` };
    }
    const own = outputShape(innerOf(spec), stepOf(inputs));
    return 'problem' in own
      ? { problem: `${label} on each step: ${own.problem}` }
      : [steps, ...own];
  },
  weights: (spec, inputs) => definitionOfInner(spec).weights(innerOf(spec), stepOf(inputs)),
});
