import { asSubclass, layersOf, type Architecture, type LayerCall } from './architecture';
import { definitionOf, masksValue, outputShape, weightsOf, type LayerSpec } from './layerCatalog';
import { inputsOf, severalInputs } from './inputs';
import type { Shape, WeightPlan } from './layers/definition';

export interface PlannedLayer {
  /** The name of the call's value. */
  readonly name: string;
  readonly spec: LayerSpec;
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  /** Empty if the layer was called before: its weights are shared. */
  readonly weights: readonly WeightPlan[];
  /** Which inputs have a mask, and whether the value has one. */
  readonly inputMasks: readonly boolean[];
  readonly hasMask: boolean;
}

/** Where a network does not fit together: the layer, and which of its calls. */
export interface Problem {
  readonly layer: string | null;
  readonly call?: string;
  readonly message: string;
  /** What to do, if that is not obvious from the message. */
  readonly remedy?: string;
}

/**
 * Either style as calls in order, with shapes: to check, to align and to draw initial weights.
 * Never to execute: each style runs in its own way. What follows a problem has no shape, and is
 * left out of `calls` without a problem of its own.
 */
export function forwardPlan(architecture: Architecture): {
  readonly calls: readonly PlannedLayer[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [...duplicateIds(architecture), ...inputProblems(architecture)];
  const members = new Map(layersOf(architecture).map((layer) => [layer.id, layer]));
  const ordered = callsOf(architecture);
  const names = new Set(ordered.map(({ name }) => name));
  /** By name; null after a problem. */
  const values = new Map<string, Shape | null>(
    inputsOf(architecture).map(({ name, shape }) => [name, shape]),
  );
  const masked = new Set<string>();
  const built = new Map<string, readonly WeightPlan[]>();
  const calls: PlannedLayer[] = [];
  for (const { name, layer, inputs: wanted } of ordered) {
    const complain = (message: string) => problems.push({ layer, call: name, message });
    if (values.has(name)) complain(`The name "${name}" is made twice in call.`);
    values.set(name, null);
    const spec = members.get(layer);
    if (spec === undefined) {
      complain(`call uses "${layer}", which is not a member.`);
      continue;
    }
    const missing = wanted.filter((input) => input === name || !values.has(input));
    for (const input of missing) {
      complain(
        names.has(input)
          ? `"${input}" is used before it is made.`
          : `There is no value "${input}".`,
      );
    }
    const inputs = wanted.map((input) => values.get(input) ?? null);
    if (missing.length > 0 || !inputs.every((shape) => shape !== null)) continue;
    const output =
      inputs.length === 0 ? { problem: 'It has no input.' } : outputShape(spec, inputs);
    if ('problem' in output) {
      complain(output.problem);
      continue;
    }
    const inputMasks = wanted.map((input) => masked.has(input));
    const refused = definitionOf(spec.kind).refusesMasks;
    if (refused !== undefined && inputMasks.includes(true)) {
      complain(`It takes no steps that are masked: ${refused}`);
      continue;
    }
    const weights = weightsOf(spec, inputs);
    const known = built.get(layer);
    if (known !== undefined && shapesOf(known) !== shapesOf(weights)) {
      complain(
        `"${layer}" was called before on an input that gave its weights the shapes ${shapesOf(known)}; this one needs ${shapesOf(weights)}.`,
      );
      continue;
    }
    values.set(name, output);
    const hasMask = masksValue(spec, inputMasks);
    if (hasMask) masked.add(name);
    if (architecture.style === 'subclass' && definitionOf(spec.kind).takesMasks === true) {
      for (const input of wanted) masked.delete(input);
    }
    calls.push({
      name,
      spec,
      inputs,
      output,
      weights: known === undefined ? weights : [],
      inputMasks,
      hasMask,
    });
    built.set(layer, known ?? weights);
  }
  if (ordered.length === 0) problems.push({ layer: null, message: 'The network has no layers.' });
  // An unfinished network also has loose ends, but its other problems matter more.
  if (problems.length === 0) problems.push(...looseEnds(architecture, ordered));
  return { calls, problems };
}

/** Either style's calls, in order. */
export function callsOf(architecture: Architecture): readonly LayerCall[] {
  return asSubclass(architecture).calls;
}

/**
 * Members that are never called and values that are never used. `call` returns its last value; any
 * other that is unused would leave its layer without a gradient.
 */
function looseEnds(architecture: Architecture, ordered: readonly LayerCall[]): Problem[] {
  const called = new Set(ordered.map(({ layer }) => layer));
  const taken = new Set(ordered.flatMap(({ inputs }) => inputs));
  return [
    ...layersOf(architecture).flatMap(({ id }) =>
      called.has(id) ? [] : [{ layer: id, message: `"${id}" is a member but call never uses it.` }],
    ),
    ...(severalInputs(architecture) ?? []).flatMap(({ name }) =>
      taken.has(name) ? [] : [{ layer: null, message: `Nothing uses the input "${name}".` }],
    ),
    ...ordered.slice(0, -1).flatMap(({ name, layer }) =>
      taken.has(name)
        ? []
        : [
            {
              layer,
              call: name,
              message: `Nothing uses "${name}", and call returns another value.`,
            },
          ],
    ),
  ];
}

function inputProblems(architecture: Architecture): Problem[] {
  const several = severalInputs(architecture);
  if (several === null) return [];
  const names = several.map(({ name }) => name);
  const again = names.filter((name, at) => names.indexOf(name) < at);
  const all = inputsOf(architecture).reduce((sum, { size }) => sum + size, 0);
  const { inputShape } = architecture;
  return [
    ...again.map((name) => ({ layer: null, message: `The name "${name}" has two inputs.` })),
    ...(inputShape.length === 1 && inputShape[0] === all
      ? []
      : [
          {
            layer: null,
            message: `The inputs have ${all} numbers, but a row has the shape [${inputShape.join(', ')}].`,
          },
        ]),
  ];
}

function duplicateIds(architecture: Architecture): Problem[] {
  const inputs = inputsOf(architecture).map(({ name }) => name);
  const seen = new Set(inputs);
  return layersOf(architecture).flatMap(({ id }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [
      {
        layer: id,
        message: `The layer id "${id}" is used twice.`,
        remedy: `Give each layer an id of its own, none of them that of an input ("${inputs.join('", "')}").`,
      },
    ];
  });
}

function shapesOf(weights: readonly WeightPlan[]): string {
  return weights.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
}
