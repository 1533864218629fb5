import type { Picture } from './picture';

/** Weights of red, green and blue in brightness (ITU-R BT.601, as tf.image.rgb_to_grayscale). */
const BRIGHTNESS = [0.2989, 0.587, 0.114] as const;

/**
 * A picture with the channels asked for. Alpha is dropped, as Keras' load_img does.
 * @param channels 1 is grey, 3 is RGB
 */
export function withChannels(picture: Picture, channels: 1 | 3): Picture {
  const { width, height, channels: own, values } = picture;
  if (own === channels) return picture;
  const pixels = width * height;
  const isGrey = own < 3;
  const changed = new Float32Array(pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = pixel * own;
    for (let place = 0; place < channels; place++) {
      changed[pixel * channels + place] = isGrey
        ? (values[at] as number)
        : channels === 3
          ? (values[at + place] as number)
          : BRIGHTNESS.reduce(
              (sum, weight, part) => sum + weight * (values[at + part] as number),
              0,
            );
    }
  }
  return { width, height, channels, values: changed };
}

/**
 * Bilinear, half-pixel centres, no antialiasing: tf.image.resize's defaults, which
 * Keras' image_dataset_from_directory uses.
 */
export function resize(picture: Picture, width: number, height: number): Picture {
  if (picture.width === width && picture.height === height) return picture;
  const { channels, values } = picture;
  const columns = places(picture.width, width);
  const rows = places(picture.height, height);
  const resized = new Float32Array(width * height * channels);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let channel = 0; channel < channels; channel++) {
        const value = (y: number, x: number) =>
          values[(y * picture.width + x) * channels + channel] as number;
        const upper = mix(value(row.low, column.low), value(row.low, column.high), column.part);
        const lower = mix(value(row.high, column.low), value(row.high, column.high), column.part);
        resized[at++] = mix(upper, lower, row.part);
      }
    }
  }
  return { width, height, channels, values: resized };
}

const mix = (a: number, b: number, part: number) => a + (b - a) * part;

/** For each new pixel: the two old ones beside its centre, and how far it lies toward the second. */
function places(from: number, to: number) {
  return Array.from({ length: to }, (_, index) => {
    const centre = ((index + 0.5) * from) / to - 0.5;
    const low = Math.floor(centre);
    const within = (place: number) => Math.min(Math.max(place, 0), from - 1);
    return { low: within(low), high: within(low + 1), part: centre - low };
  });
}
