import { storedLayerSchema, type StoredLayer } from './storedModel';

type Config = StoredLayer['config'];

/**
 * A stored Bidirectional as one layer: its fields here are its own and those of the layer in it, which Keras stores
 * for each direction.
 */
export function bothWays(
  stored: Config,
): { readonly config: Config } | { readonly problem: string } {
  const { layer, backward_layer: back, mergeMode: _, ...own } = stored;
  const inner = storedLayerSchema.safeParse(layer).data;
  const isReset = inner?.class_name === 'ResetAfterGru';
  const cell = isReset ? 'gru' : inner?.class_name.toLowerCase();
  if (inner === undefined || (cell !== 'lstm' && cell !== 'gru')) {
    return {
      problem: `Bidirectional with ${inner?.class_name ?? 'an unknown layer'}; here it takes an LSTM or a GRU.`,
    };
  }
  const reversed = storedLayerSchema.safeParse(back).data?.config;
  const isOther = (key: string) =>
    key !== 'name' &&
    key !== 'go_backwards' &&
    plainText(reversed?.[key]) !== plainText(inner.config[key]);
  if (reversed !== undefined && Object.keys(inner.config).some(isOther)) {
    return { problem: 'a backward_layer with other settings than the forward one.' };
  }
  if (own['merge_mode'] === null) {
    return { problem: 'merge_mode = null, which gives two outputs.' };
  }
  const isTrained = own['trainable'] !== false && inner.config['trainable'] !== false;
  return {
    config: {
      ...inner.config,
      ...own,
      cell,
      ...(isReset && { reset_after: true }),
      trainable: isTrained,
    },
  };
}

/** Without the numbers by which Keras finds objects that are used twice. */
function plainText(value: unknown): string | undefined {
  return JSON.stringify(value, (key, own: unknown) =>
    key === 'shared_object_id' ? undefined : own,
  );
}
