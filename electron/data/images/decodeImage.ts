import { decode as decodePng } from 'fast-png';
import { decode as decodeJpeg } from 'jpeg-js';
import { jpegFacts } from './jpegFacts';

/** Pixels as stored, row by row: `channels` numbers each, from 0 to 1. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  readonly values: Float32Array;
  /** EXIF orientation of a JPEG; the pixels are as stored. */
  readonly orientation?: number;
}

const MOST_PIXELS = 16 * 1024 * 1024;
const PNG_SIGNATURE = '89504e470d0a1a0a';
/** Width and height in the IHDR chunk, which is always the first (PNG specification, 11.2.2). */
const PNG_WIDTH_AT = 16;
const PNG_HEADER_BYTES = 24;

/**
 * A PNG or JPEG picture, recognised by its first bytes and not by its name.
 * @throws {Error} saying what is wrong with the bytes
 */
export function decodeImage(bytes: Buffer): Picture {
  if (bytes.subarray(0, 8).toString('hex') === PNG_SIGNATURE) return png(bytes);
  if (bytes.subarray(0, 2).toString('hex') === 'ffd8') return jpeg(bytes);
  throw new Error('it is neither PNG nor JPEG');
}

function png(bytes: Buffer): Picture {
  if (bytes.length < PNG_HEADER_BYTES) throw new Error('it is cut off');
  // Checked before decoding: a few bytes can claim gigabytes of pixels.
  refuseHuge(bytes.readUInt32BE(PNG_WIDTH_AT), bytes.readUInt32BE(PNG_WIDTH_AT + 4));
  const { width, height, depth, channels, data, palette } = decodePng(bytes, { checkCrc: true });
  if (palette !== undefined) {
    const places = indices(data, width, height, depth);
    const size = palette[0]?.length ?? 3;
    const values = new Float32Array(width * height * size);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const colour = palette[places[pixel] as number] ?? [];
      for (let place = 0; place < size; place++) {
        values[pixel * size + place] = (colour[place] ?? 0) / 255;
      }
    }
    return { width, height, channels: size, values };
  }
  const numbers = indices(data, width, height, depth);
  return { width, height, channels, values: shares(numbers, 2 ** depth - 1) };
}

/** Each number as its share of the largest one. A loop: `from` with a function takes 20 times as long. */
function shares(numbers: ArrayLike<number>, most: number): Float32Array {
  const values = new Float32Array(numbers.length);
  for (let at = 0; at < values.length; at++) values[at] = (numbers[at] as number) / most;
  return values;
}

/** Samples smaller than a byte: each row starts at a byte boundary, high bits first. */
function indices(
  data: ArrayLike<number>,
  width: number,
  height: number,
  depth: number,
): ArrayLike<number> {
  if (depth >= 8) return data;
  const rowBytes = Math.ceil((width * depth) / 8);
  const mask = 2 ** depth - 1;
  const numbers: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const bit = column * depth;
      const byte = data[row * rowBytes + Math.floor(bit / 8)] ?? 0;
      numbers.push((byte >> (8 - depth - (bit % 8))) & mask);
    }
  }
  return numbers;
}

function jpeg(bytes: Buffer): Picture {
  const { isRgb, orientation } = jpegFacts(bytes);
  const { width, height, data } = decodeJpeg(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: MOST_PIXELS / 1_000_000,
    maxMemoryUsageInMB: 512,
    ...(isRgb ? { colorTransform: false } : {}),
  });
  return {
    width,
    height,
    channels: 3,
    values: shares(data, 255),
    ...(orientation === 1 ? {} : { orientation }),
  };
}

function refuseHuge(width: number, height: number): void {
  if (width * height > MOST_PIXELS) {
    throw new Error(`it has ${width} by ${height} pixels; up to 16 million are read`);
  }
}
