import protobuf from 'protobufjs/minimal';

/** Element types of ONNX, by their numbers in onnx.proto. */
const FLOAT = 1;
const INT64 = 7;
/** Kinds of attributes, by theirs. */
const ATTRIBUTE = { float: 1, int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const;
const IR_VERSION = 8;
const OPSET = 17;

export type OnnxAttribute = number | string | readonly number[] | readonly string[];

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Numbers are whole unless their name is in `floats`. */
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

/** Rows of this shape, of any number. */
export interface OnnxValue {
  readonly name: string;
  readonly rowShape: readonly number[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly output: OnnxValue;
}

/** Attributes that are real numbers even where they are whole. */
const floats: ReadonlySet<string> = new Set([
  'alpha',
  'beta',
  'gamma',
  'epsilon',
  'activation_alpha',
  'activation_beta',
]);

/** A model file. Source: onnx.proto of ONNX 1.16, IR version 8, opset 17. */
export function onnxFile(
  graph: OnnxGraph,
  producer: { readonly name: string; readonly version: string },
): Uint8Array {
  const model = protobuf.Writer.create();
  model.uint32(8).int64(IR_VERSION);
  model.uint32(18).string(producer.name);
  model.uint32(26).string(producer.version);
  message(model, 7, (own) => writeGraph(own, graph));
  message(model, 8, (own) => own.uint32(16).int64(OPSET));
  return model.finish();
}

type Writer = protobuf.Writer;

function message(writer: Writer, field: number, write: (own: Writer) => void): void {
  writer.uint32(field * 8 + 2).fork();
  write(writer);
  writer.ldelim();
}

function writeGraph(writer: Writer, { nodes, constants, inputs, output }: OnnxGraph): void {
  nodes.forEach((own, at) => message(writer, 1, (node) => writeNode(node, own, `${own.op}_${at}`)));
  writer.uint32(18).string('network');
  for (const own of constants) message(writer, 5, (tensor) => writeTensor(tensor, own));
  for (const input of inputs) message(writer, 11, (own) => writeValue(own, input));
  message(writer, 12, (own) => writeValue(own, output));
}

function writeNode(
  writer: Writer,
  { op, inputs, outputs, attributes }: OnnxNode,
  name: string,
): void {
  for (const own of inputs) writer.uint32(10).string(own);
  for (const own of outputs) writer.uint32(18).string(own);
  writer.uint32(26).string(name);
  writer.uint32(34).string(op);
  for (const [own, value] of Object.entries(attributes)) {
    message(writer, 5, (attribute) => writeAttribute(attribute, own, value));
  }
}

function writeAttribute(writer: Writer, name: string, value: OnnxAttribute): void {
  const kind = (type: number) => writer.uint32(160).int32(type);
  const isFloat = floats.has(name);
  writer.uint32(10).string(name);
  if (typeof value === 'string') {
    writer.uint32(34).string(value);
    kind(ATTRIBUTE.string);
  } else if (typeof value === 'number') {
    if (isFloat) writer.uint32(21).float(value);
    else writer.uint32(24).int64(value);
    kind(isFloat ? ATTRIBUTE.float : ATTRIBUTE.int);
  } else if (value.every((own) => typeof own === 'string')) {
    for (const own of value as readonly string[]) writer.uint32(74).string(own);
    kind(ATTRIBUTE.strings);
  } else {
    for (const own of value as readonly number[]) {
      if (isFloat) writer.uint32(61).float(own);
      else writer.uint32(64).int64(own);
    }
    kind(isFloat ? ATTRIBUTE.floats : ATTRIBUTE.ints);
  }
}

function writeTensor(writer: Writer, { name, shape, values }: OnnxConstant): void {
  for (const own of shape) writer.uint32(8).int64(own);
  writer.uint32(16).int32(values instanceof Float32Array ? FLOAT : INT64);
  writer.uint32(66).string(name);
  writer.uint32(74).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writeValue(writer: Writer, { name, rowShape }: OnnxValue): void {
  writer.uint32(10).string(name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.uint32(8).int32(FLOAT);
      message(tensor, 2, (shape) => {
        message(shape, 1, (own) => own.uint32(18).string('rows'));
        for (const length of rowShape) message(shape, 1, (own) => own.uint32(8).int64(length));
      });
    }),
  );
}
