import { asSubclass, INPUT, type Architecture } from '../../architecture/architecture';
import { forwardPlan } from '../../architecture/forwardPlan';
import { inputsOf } from '../../architecture/inputs';
import { outputName } from '../../source/names';
import { OnnxBuilder } from './onnxBuilder';
import type { OnnxGraph } from './onnxFile';
import { maskIn } from './onnxMasks';
import { onnxLayers, type LayerInOnnx } from './onnxLayers';

/** The numbers of a layer's weights. */
export type WeightsOf = (
  layer: string,
  role: string,
) => { readonly shape: readonly number[]; readonly values: Float32Array };

/**
 * A network as an ONNX graph in inference: rows [rows, ...input shape] -> [rows, ...output shape], channels last as
 * here.
 * @throws {Error} naming a layer that ONNX cannot express
 */
export function onnxModel(architecture: Architecture, weightsOf: WeightsOf): OnnxGraph {
  const graph = asSubclass(architecture);
  const onnx = new OnnxBuilder();
  const inputs = inputsOf(architecture);
  const values = new Map(inputs.map(({ name }) => [name, name]));
  const calls = new Map(graph.calls.map((own) => [own.name, own]));
  let rowShape: readonly number[] = graph.inputShape;
  const masks = new Map<string, string | null>();
  for (const { name, spec, inputs, output, inputMasks, hasMask } of forwardPlan(architecture)
    .calls) {
    const taken = calls.get(name)?.inputs ?? [];
    const layer: LayerInOnnx<never> = {
      onnx,
      spec: spec as never,
      inputs: taken.map((own) => values.get(own) ?? own),
      masks: taken.map((own, at) => (inputMasks[at] === true ? (masks.get(own) ?? null) : null)),
      shapes: inputs,
      output,
      weight: (role) => weightsOf(spec.id, role),
    };
    values.set(name, onnxLayers[spec.kind](layer));
    if (hasMask) masks.set(name, maskIn(layer));
    rowShape = output;
  }
  const last = values.get(outputName(graph)) ?? INPUT;
  // The last value gets the name that users look for.
  const nodes = [
    ...onnx.nodes,
    { op: 'Identity', inputs: [last], outputs: ['output'], attributes: {} },
  ];
  return {
    nodes,
    constants: onnx.constants,
    inputs: inputs.map(({ name, shape }) => ({ name, rowShape: shape })),
    output: { name: 'output', rowShape },
  };
}
