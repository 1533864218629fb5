import { inputShapeSchema, INPUT, namedInput, type SubclassArchitecture } from './architecture';
import { freshName, takenNames } from './edits';
import { inputsOf, severalInputs, withInputs } from './inputs';
import type { Shape } from './layers/definition';

/** One input more, of the shape of the last one. */
export function addedInput(graph: SubclassArchitecture): SubclassArchitecture {
  const own = given(graph);
  const name = freshName(INPUT, takenNames(graph));
  return withInputs(graph, [...own, { name, shape: [...(own.at(-1)?.shape ?? [1])] }]);
}

/** An input of another shape, or why it cannot have it. */
export function reshapedInput(
  graph: SubclassArchitecture,
  name: string,
  shape: Shape,
): SubclassArchitecture | { readonly problem: string } {
  const parsed = inputShapeSchema.safeParse(shape);
  if (!parsed.success) {
    return { problem: 'Give one to four lengths as whole numbers, separated by commas.' };
  }
  if (severalInputs(graph) === null) return { ...graph, inputShape: parsed.data };
  return withInputs(
    graph,
    given(graph).map((own) => (own.name === name ? { ...own, shape: parsed.data } : own)),
  );
}

/** One of several inputs under another name, also where it is taken; or why it cannot have it. */
export function renamedInput(
  graph: SubclassArchitecture,
  name: string,
  wanted: string,
): SubclassArchitecture | { readonly problem: string } {
  if (wanted === name) return graph;
  if (takenNames(graph).has(wanted)) return { problem: `"${wanted}" is already in use.` };
  if (!namedInput.shape.name.safeParse(wanted).success) {
    return { problem: 'A name starts with a letter, then letters, digits, _ and -; 64 at most.' };
  }
  const inputs = given(graph).map((own) => (own.name === name ? { ...own, name: wanted } : own));
  return takenAs(withInputs(graph, inputs), name, wanted);
}

/** Without one of several inputs; the last one that is left is called `input` again. */
export function removedInput(graph: SubclassArchitecture, name: string): SubclassArchitecture {
  const left = given(graph).filter((own) => own.name !== name);
  const [only, ...others] = left;
  if (only === undefined) return graph;
  const calls = graph.calls.map((call) => ({
    ...call,
    inputs: call.inputs.filter((input) => input !== name),
  }));
  if (others.length > 0) return withInputs({ ...graph, calls }, left);
  const { inputs: _, ...single } = graph;
  return takenAs({ ...single, inputShape: only.shape, calls }, only.name, INPUT);
}

function given(graph: SubclassArchitecture): { name: string; shape: number[] }[] {
  return inputsOf(graph).map(({ name, shape }) => ({ name, shape: [...shape] }));
}

function takenAs(graph: SubclassArchitecture, name: string, wanted: string): SubclassArchitecture {
  const own = (input: string) => (input === name ? wanted : input);
  return {
    ...graph,
    calls: graph.calls.map((call) => ({ ...call, inputs: call.inputs.map(own) })),
  };
}
