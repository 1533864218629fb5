import { asSubclass, INPUT, layersOf, type Architecture, type LayerCall } from './architecture';
import { outputShape, weightsOf, type LayerSpec } from './layerCatalog';
import type { Shape, WeightPlan } from './layers/definition';

export interface PlannedLayer {
  readonly spec: LayerSpec;
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  /** Empty where the layer was already called: its weights are shared. */
  readonly weights: readonly WeightPlan[];
}

/** Where a network does not fit together, and at which layer. */
export interface Problem {
  readonly layer: string | null;
  readonly message: string;
}

/**
 * Either style as calls in order, with shapes: to check, to align and to draw initial weights.
 * Never to execute: each style runs its own way.
 */
export function forwardPlan(architecture: Architecture): {
  readonly calls: readonly PlannedLayer[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [...duplicateIds(architecture)];
  const members = new Map(layersOf(architecture).map((layer) => [layer.id, layer]));
  const values = new Map<string, Shape>([[INPUT, architecture.inputShape]]);
  const built = new Set<string>();
  const calls: PlannedLayer[] = [];
  for (const call of callsOf(architecture)) {
    const spec = members.get(call.layer);
    if (spec === undefined) {
      problems.push({
        layer: call.layer,
        message: `call uses "${call.layer}", which is no member.`,
      });
      continue;
    }
    const missing = call.inputs.filter((name) => !values.has(name));
    if (missing.length > 0) {
      problems.push({
        layer: spec.id,
        message: `"${missing.join('", "')}" is used before it is made.`,
      });
      continue;
    }
    const inputs = call.inputs.map((name) => values.get(name) as Shape);
    const output = outputShape(spec, inputs);
    if ('problem' in output) {
      problems.push({ layer: spec.id, message: output.problem });
      continue;
    }
    if (values.has(call.name)) {
      problems.push({ layer: spec.id, message: `The name "${call.name}" is made twice in call.` });
    }
    values.set(call.name, output);
    calls.push({
      spec,
      inputs,
      output,
      weights: built.has(spec.id) ? [] : weightsOf(spec, inputs),
    });
    built.add(spec.id);
  }
  for (const id of members.keys()) {
    if (!built.has(id) && problems.length === 0) {
      problems.push({ layer: id, message: `"${id}" is a member but call never uses it.` });
    }
  }
  return { calls, problems };
}

/** Either style's calls, in order. */
export function callsOf(architecture: Architecture): readonly LayerCall[] {
  return architecture.style === 'subclass' ? architecture.calls : asSubclass(architecture).calls;
}

function duplicateIds(architecture: Architecture): Problem[] {
  const seen = new Set<string>([INPUT]);
  return layersOf(architecture).flatMap(({ id }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ layer: id, message: `The layer id "${id}" is used twice.` }];
  });
}
