import { decode as decodePng } from 'fast-png';
import { refuseHuge, shares, type Picture } from '../picture';

/** Width and height in the IHDR chunk, which is always the first (PNG specification, 11.2.2). */
const PNG_WIDTH_AT = 16;
const PNG_HEADER_BYTES = 24;

export function png(bytes: Buffer): Picture {
  if (bytes.length < PNG_HEADER_BYTES) throw new Error('it is cut off');
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
