import { z } from 'zod';

/** A layer as Keras or TensorFlow.js stored it. */
export const storedLayerSchema = z.looseObject({
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()),
  name: z.string().optional(),
  inbound_nodes: z.array(z.unknown()).optional(),
});
export type StoredLayer = z.infer<typeof storedLayerSchema>;

/** Where a value comes from: the layer's name, which of its calls, which of its outputs. */
export type Source = readonly [layer: string, node: number, output: number];

export type StoredModel =
  | {
      readonly kind: 'sequential';
      readonly layers: readonly StoredLayer[];
      /** With the batch axis; null if none is stored. */
      readonly inputShape: readonly (number | null)[] | null;
    }
  | {
      readonly kind: 'functional';
      readonly layers: readonly StoredLayer[];
      /** Of each input, as stored; null if none is. */
      readonly inputShapes: readonly (readonly (number | null)[] | null)[];
      readonly inputs: readonly Source[];
      readonly outputs: readonly Source[];
    };

const MOST_LAYERS = 4_001;
const layers = z.array(storedLayerSchema).max(MOST_LAYERS);
const shape = z.array(z.int().min(1).nullable()).min(1).max(6);
const withShape = z.looseObject({ build_input_shape: shape.optional() });
const modelSchema = z.looseObject({
  class_name: z.string(),
  config: z.union([
    z.looseObject({ layers }),
    layers.transform((own) => ({ layers: own })),
    z.record(z.string(), z.unknown()),
  ]),
  build_config: z.unknown().optional(),
});

/**
 * What Keras' `to_json()` (versions 2 and 3), a `.keras` file's config.json and TensorFlow.js'
 * model.json hold; other files that may be mistaken for them are recognised.
 * @param value parsed JSON; also text that was stored as JSON twice
 */
export function storedModel(value: unknown): StoredModel | { readonly problem: string } {
  const plain = unquoted(value);
  const named = whatElse(plain);
  if (named !== null) return { problem: named };
  const topology = inner(inner(plain, 'modelTopology'), 'model_config');
  const model = modelSchema.safeParse(unquoted(topology));
  if (!model.success) return { problem: NO_MODEL };
  const { class_name: className, config } = model.data;
  const built = z.looseObject({ input_shape: shape }).safeParse(model.data.build_config).data;
  if (!('layers' in config)) {
    return {
      problem: `A ${className} is stored without its layers: keras.Model subclasses keep them only in code. Store a Sequential or a Functional model.`,
    };
  }
  const own = z.array(storedLayerSchema).parse(config.layers);
  if (className === 'Sequential') {
    const inputShape =
      inputShapeOf(own) ??
      withShape.safeParse(config).data?.build_input_shape ??
      built?.input_shape ??
      null;
    return { kind: 'sequential', layers: own, inputShape };
  }
  const { input_layers: inputs, output_layers: outputs } = config as Record<string, unknown>;
  const taken = sourcesIn(byKey(inputs));
  return {
    kind: 'functional',
    layers: own,
    inputShapes: taken.map((source) => shapeOfInput(own, source)),
    inputs: taken,
    outputs: sourcesIn(byKey(outputs)),
  };
}

/** Values that a model has by name, in the order in which Keras lists them. */
function byKey(value: unknown): unknown {
  const named = z.record(z.string(), sourceSchema).safeParse(value);
  return named.success
    ? Object.keys(named.data)
        .sort()
        .map((key) => named.data[key])
    : value;
}

export function nameOf({ name, config, class_name: className }: StoredLayer): string {
  return String(name ?? config['name'] ?? className);
}

/** Whether TensorFlow.js made the model itself, rather than its converter from Keras. */
export function isOfTfjs(value: unknown): boolean {
  const made = z
    .looseObject({ keras_version: z.string() })
    .safeParse(inner(value, 'modelTopology'));
  return made.success && made.data.keras_version.startsWith('tfjs-layers');
}

const NO_MODEL = 'This is not a model that Keras or TensorFlow.js stored as JSON.';

/** JSON that was turned into text and stored as JSON once more. */
function unquoted(value: unknown): unknown {
  let plain = value;
  for (let time = 0; time < 3 && typeof plain === 'string'; time++) {
    try {
      plain = JSON.parse(plain);
    } catch {
      return plain;
    }
  }
  return plain;
}

const hints = z.looseObject({
  format: z.unknown().optional(),
  twintrain: z.unknown().optional(),
  modelTopology: z.looseObject({ node: z.unknown().optional() }).optional(),
});

/** A sentence on what the file is instead of a model; null if it may be one. */
function whatElse(value: unknown): string | null {
  const found = hints.safeParse(value);
  if (!found.success) return null;
  const { format, twintrain, modelTopology } = found.data;
  if (format === 'graph-model' || modelTopology?.node !== undefined) {
    return 'This is a GraphModel of TensorFlow.js: it holds single operations, not layers. Convert the Keras model with --output_format=tfjs_layers_model, or store it with to_json().';
  }
  if (twintrain === 'project') return 'This is a Twintrain project: open it instead.';
  if (twintrain !== undefined) return `This is a Twintrain ${String(twintrain)}, not a model.`;
  return null;
}

function inner(value: unknown, key: string): unknown {
  const own = z.looseObject({ [key]: z.unknown() }).safeParse(value);
  return own.success && own.data[key] !== undefined ? own.data[key] : value;
}

function inputShapeOf([first]: readonly StoredLayer[]): readonly (number | null)[] | null {
  return shape.safeParse(batchShapeOf(first)).data ?? null;
}

/** Of the layer that an input names. Lengths that are not possible are refused with what they are. */
function shapeOfInput(
  own: readonly StoredLayer[],
  [input]: Source,
): readonly (number | null)[] | null {
  const layer = own.find((layer) => nameOf(layer) === input);
  return z.array(z.number().nullable()).safeParse(batchShapeOf(layer)).data ?? null;
}

/** As Keras 3 and Keras 2 call it. */
function batchShapeOf(layer: StoredLayer | undefined): unknown {
  return layer?.config['batch_shape'] ?? layer?.config['batch_input_shape'];
}

const sourceSchema = z.tuple([z.string(), z.int().min(0), z.int().min(0)]).rest(z.unknown());

const nodeSchema = z.looseObject({
  args: z.array(z.unknown()),
  kwargs: z.record(z.string(), z.unknown()).optional(),
});

/** How a layer is called. */
export interface StoredCall {
  readonly sources: readonly Source[];
  /** Arguments by name; those that are not set are left out. */
  readonly named: ReadonlyMap<string, unknown>;
  /** Whether `training` among them holds for ever. Keras 3 stores what it was, but calls as the model is called. */
  readonly fixesTraining: boolean;
}

const oldNodeSchema = z.array(
  z.tuple([z.unknown(), z.unknown(), z.unknown(), z.record(z.string(), z.unknown())]),
);

export function callOfNode(node: unknown): StoredCall {
  const stored = nodeSchema.safeParse(node);
  if (stored.success) {
    const { args, kwargs = {} } = stored.data;
    return { sources: sourcesIn(args), named: setOf(kwargs), fixesTraining: false };
  }
  // Keras 2 and TensorFlow.js: the arguments come with each value.
  const all = (oldNodeSchema.safeParse(node).data ?? []).flatMap((own) => Object.entries(own[3]));
  return { sources: sourcesIn(node), named: setOf(Object.fromEntries(all)), fixesTraining: true };
}

function setOf(given: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(given).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** All values in nested lists, in order, including Keras 3's tensors. */
export function sourcesIn(value: unknown): Source[] {
  const source = sourceSchema.safeParse(value);
  if (source.success) return [[source.data[0], source.data[1], source.data[2]]];
  if (Array.isArray(value)) return value.flatMap(sourcesIn);
  const tensor = z
    .looseObject({ config: z.looseObject({ keras_history: z.unknown() }) })
    .safeParse(value);
  return tensor.success ? sourcesIn(tensor.data.config.keras_history) : [];
}
