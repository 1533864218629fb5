import protobuf from 'protobufjs/minimal';

/** TensorFlow's data types, by their numbers in types.proto. */
export const DT = { float32: 1, int32: 3, uint8: 4, string: 7, int64: 9, bool: 10 } as const;

export type Attribute =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'type'; readonly value: number }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'bools'; readonly value: readonly boolean[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'types'; readonly value: readonly number[] }
  | { readonly kind: 'shapes'; readonly value: readonly (readonly number[])[] }
  | {
      readonly kind: 'function';
      readonly value: string;
      readonly attributes?: Readonly<Record<string, Attribute>>;
    }
  | { readonly kind: 'tensor'; readonly value: TensorLiteral };

export interface TensorLiteral {
  readonly dtype: number;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}

/** The bytes of an int32 tensor. */
export function int32(...values: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

/** A vector of int32. */
export function int32Vector(...values: number[]): TensorLiteral {
  return { dtype: DT.int32, shape: [values.length], bytes: int32(...values) };
}

export interface Node {
  readonly name: string;
  readonly op: string;
  /** `name`, `name:k` in a graph, `name:output:k` in a function, `^name` for control. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Argument {
  readonly name: string;
  readonly dtype: number;
}

export interface FunctionBody {
  readonly name: string;
  readonly inputs: readonly Argument[];
  readonly outputs: readonly (Argument & { readonly from: string })[];
  readonly nodes: readonly Node[];
}

type Write = (writer: protobuf.Writer) => void;

/** A length-delimited field. Field numbers are those of TensorFlow's public .proto files. */
function field(writer: protobuf.Writer, number: number, write: Write): void {
  writer.uint32((number << 3) | 2).fork();
  write(writer);
  writer.ldelim();
}

function text(writer: protobuf.Writer, number: number, value: string): void {
  writer.uint32((number << 3) | 2).string(value);
}

function varint(writer: protobuf.Writer, number: number, value: number): void {
  writer.uint32(number << 3).int64(value);
}

/** tensor_shape.proto: TensorShapeProto. */
function shape(writer: protobuf.Writer, sizes: readonly number[]): void {
  for (const size of sizes) field(writer, 2, (own) => varint(own, 1, size));
}

/** attr_value.proto: AttrValue. */
function attribute(writer: protobuf.Writer, own: Attribute): void {
  const list = (write: Write) => field(writer, 1, write);
  switch (own.kind) {
    case 'string':
      return text(writer, 2, own.value);
    case 'int':
      return varint(writer, 3, own.value);
    case 'float':
      return void writer.uint32((4 << 3) | 5).float(own.value);
    case 'bool':
      return void writer.uint32(5 << 3).bool(own.value);
    case 'type':
      return varint(writer, 6, own.value);
    case 'shape':
      return field(writer, 7, (inner) => shape(inner, own.value));
    case 'tensor':
      return field(writer, 8, (inner) => tensor(inner, own.value));
    case 'function':
      return field(writer, 10, (inner) => {
        text(inner, 1, own.value);
        attributes(inner, 2, own.attributes ?? {});
      });
    case 'ints':
      return list((inner) => own.value.forEach((value) => varint(inner, 3, value)));
    case 'floats':
      return list((inner) =>
        own.value.forEach((value) => void inner.uint32((4 << 3) | 5).float(value)),
      );
    case 'bools':
      return list((inner) => own.value.forEach((value) => void inner.uint32(5 << 3).bool(value)));
    case 'strings':
      return list((inner) => own.value.forEach((value) => text(inner, 2, value)));
    case 'types':
      return list((inner) => own.value.forEach((value) => varint(inner, 6, value)));
    case 'shapes':
      return list((inner) =>
        own.value.forEach((value) => field(inner, 7, (each) => shape(each, value))),
      );
  }
}

/** tensor.proto: TensorProto. */
function tensor(writer: protobuf.Writer, { dtype, shape: sizes, bytes }: TensorLiteral): void {
  varint(writer, 1, dtype);
  field(writer, 2, (own) => shape(own, sizes));
  writer.uint32((4 << 3) | 2).bytes(bytes);
}

/** map<string, AttrValue>: field 5 of a NodeDef, 2 of a NameAttrList. */
function attributes(
  writer: protobuf.Writer,
  number: number,
  own: Readonly<Record<string, Attribute>>,
): void {
  for (const [name, value] of Object.entries(own)) {
    field(writer, number, (entry) => {
      text(entry, 1, name);
      field(entry, 2, (inner) => attribute(inner, value));
    });
  }
}

/** node_def.proto: NodeDef. */
function node(writer: protobuf.Writer, own: Node): void {
  text(writer, 1, own.name);
  text(writer, 2, own.op);
  for (const input of own.inputs) text(writer, 3, input);
  attributes(writer, 5, own.attributes);
}

/** function.proto: FunctionDef, with its signature as an OpDef. */
function functionBody(writer: protobuf.Writer, own: FunctionBody): void {
  const argument = (inner: protobuf.Writer, { name, dtype }: Argument) => {
    text(inner, 1, name);
    varint(inner, 3, dtype);
  };
  field(writer, 1, (signature) => {
    text(signature, 1, own.name);
    for (const input of own.inputs) field(signature, 2, (inner) => argument(inner, input));
    for (const output of own.outputs) field(signature, 3, (inner) => argument(inner, output));
  });
  for (const each of own.nodes) field(writer, 3, (inner) => node(inner, each));
  for (const { name, from } of own.outputs) {
    field(writer, 4, (entry) => {
      text(entry, 1, name);
      text(entry, 2, from);
    });
  }
}

/** The oldest producer version that gives our graphs the meaning we intend. */
const GRAPH_PRODUCER = 1882;

/** saved_model.proto: a SavedModel with one graph under the tag `serve` and no stored variables. */
export function encodeSavedModel(
  nodes: readonly Node[],
  functions: readonly FunctionBody[],
): Uint8Array {
  const writer = protobuf.Writer.create();
  varint(writer, 1, 1);
  field(writer, 2, (metaGraph) => {
    field(metaGraph, 1, (info) => text(info, 4, 'serve'));
    field(metaGraph, 2, (graph) => {
      for (const each of nodes) field(graph, 1, (inner) => node(inner, each));
      field(graph, 2, (library) => {
        for (const each of functions) field(library, 1, (inner) => functionBody(inner, each));
      });
      field(graph, 4, (versions) => varint(versions, 1, GRAPH_PRODUCER));
    });
  });
  return writer.finish();
}
