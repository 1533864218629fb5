import { INPUT, type GraphArchitecture } from '../architecture/architecture';
import { severalInputs } from '../architecture/inputs';
import { sharedLayers } from '../architecture/sharedLayers';

/** Each name as an identifier of its own that is not reserved: `a-b` -> `a_b`, `input` -> `input_2`. */
export function identifiers(
  names: readonly string[],
  reserved: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const taken = new Set(reserved);
  return new Map(
    names.map((name) => {
      const plain = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(\d)/, '_$1');
      let own = plain;
      for (let number = 2; taken.has(own); number++) own = `${plain}_${number}`;
      taken.add(own);
      return [name, own];
    }),
  );
}

/** Variables for the values of `call`: `x` for the only input, otherwise based on the value's name. */
export function variableNames(
  graph: GraphArchitecture,
  reserved: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const inputs = severalInputs(graph)?.map(({ name }) => name) ?? null;
  const own = identifiers(
    [...(inputs ?? []), ...graph.calls.map(({ name }) => name)],
    new Set([...reserved, 'x', 'inputs']),
  );
  return inputs === null ? new Map([[INPUT, 'x'], ...own]) : own;
}

/** Variables of the layers that a graph calls more than once, by id; the others need none. */
export function sharedLayerNames(
  graph: GraphArchitecture,
  reserved: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const ids = [...sharedLayers(graph)];
  const names = identifiers(
    ids.map((id) => `${id}_layer`),
    reserved,
  );
  return new Map(ids.map((id) => [id, names.get(`${id}_layer`) ?? id]));
}

/** The value that `call` returns. */
export function outputName({ calls }: GraphArchitecture): string {
  return calls.at(-1)?.name ?? INPUT;
}

/** useBias -> use_bias, kernelInitialiser -> kernel_initializer: as Keras spells it. */
export function snakeCase(name: string): string {
  return name
    .replace('Initialiser', 'Initializer')
    .replace(/([A-Z])/g, (letter) => `_${letter.toLowerCase()}`);
}
