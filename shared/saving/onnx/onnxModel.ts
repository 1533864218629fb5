import { asSubclass, INPUT, type Architecture } from '../../architecture/architecture';
import { forwardPlan } from '../../architecture/forwardPlan';
import { outputName } from '../../source/names';
import { OnnxBuilder } from './onnxBuilder';
import type { OnnxGraph } from './onnxFile';
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
  const input = 'input';
  const values = new Map([[INPUT as string, input]]);
  const calls = new Map(graph.calls.map((own) => [own.name, own]));
  let rowShape: readonly number[] = graph.inputShape;
  for (const { name, spec, inputs, output } of forwardPlan(graph).calls) {
    const given = (calls.get(name)?.inputs ?? []).map((own) => values.get(own) ?? input);
    const layer: LayerInOnnx<never> = {
      onnx,
      spec: spec as never,
      inputs: given,
      shapes: inputs,
      output,
      weight: (role) => weightsOf(spec.id, role),
    };
    values.set(name, onnxLayers[spec.kind](layer));
    rowShape = output;
  }
  const last = values.get(outputName(graph)) ?? input;
  // The last value gets the name that users look for.
  const nodes = [
    ...onnx.nodes,
    { op: 'Identity', inputs: [last], outputs: ['output'], attributes: {} },
  ];
  return {
    nodes,
    constants: onnx.constants,
    input: { name: input, rowShape: graph.inputShape },
    output: { name: 'output', rowShape },
  };
}
