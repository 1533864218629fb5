import { constant, reshape, type } from './nodes';
import { sizeOf, type VariablePart } from './program';
import { DT, int32, type Argument, type Node } from './wire';

/** Variables flattened and concatenated; a single one stays as it is. */
export function joined(
  { name, dtype }: Argument,
  parts: readonly VariablePart[],
  nodes: Node[],
): string {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return `variable${first.variable}`;
  const flat = parts.map(({ variable }) => `${name}_flat${variable}`);
  nodes.push(
    constant(`${name}_any`, DT.int32, [1], int32(-1)),
    constant(`${name}_axis`, DT.int32, [], int32(0)),
    ...parts.map(({ variable }, index) =>
      reshape(flat[index] as string, `variable${variable}`, `${name}_any`, dtype),
    ),
    {
      name: `${name}_joined`,
      op: 'ConcatV2',
      inputs: [...flat.map((own) => `${own}:output:0`), `${name}_axis:output:0`],
      attributes: {
        N: { kind: 'int', value: parts.length },
        T: type(dtype),
        Tidx: type(DT.int32),
      },
    },
  );
  return `${name}_joined:output:0`;
}

/** The reverse: each variable in its own shape. */
export function separated(
  { name, dtype }: Argument,
  value: string,
  parts: readonly VariablePart[],
  nodes: Node[],
): string[] {
  if (parts.length < 2) return [value];
  const sizes = parts.map(({ shape }) => sizeOf(shape));
  nodes.push(
    constant(`${name}_sizes`, DT.int32, [parts.length], int32(...sizes)),
    constant(`${name}_split`, DT.int32, [], int32(0)),
    {
      name: `${name}_pieces`,
      op: 'SplitV',
      inputs: [value, `${name}_sizes:output:0`, `${name}_split:output:0`],
      attributes: {
        num_split: { kind: 'int', value: parts.length },
        T: type(dtype),
        Tlen: type(DT.int32),
      },
    },
  );
  return parts.map(({ variable, shape }, index) => {
    const own = `${name}_end${variable}`;
    nodes.push(
      constant(`${own}_shape`, DT.int32, [shape.length], int32(...shape)),
      reshape(own, `${name}_pieces:output:${index}`, `${own}_shape`, dtype),
    );
    return `${own}:output:0`;
  });
}
