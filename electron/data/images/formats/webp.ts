import decode, { init } from '@jsquash/webp/decode.js';
import program from '@jsquash/webp/codec/dec/webp_dec.wasm?base64';
import { refuseHuge, rgbOf, type Picture } from '../picture';

let isReady: Promise<void> | null = null;

const ANIMATED = 0x02;

/** A WebP picture, by libwebp. */
export async function webp(bytes: Buffer): Promise<Picture> {
  const [width, height] = sizeOf(bytes);
  refuseHuge(width, height);
  isReady ??= begin();
  await isReady;
  const copy = Uint8Array.from(bytes);
  const picture = await decode(copy.buffer);
  return rgbOf(picture.data, picture.width, picture.height);
}

/** Width and height by the first chunk (RFC 9649, 2.5 to 2.7). */
function sizeOf(bytes: Buffer): readonly [number, number] {
  if (bytes.length < 30) throw new Error('it is cut off');
  switch (bytes.subarray(12, 16).toString('latin1')) {
    case 'VP8X':
      if ((bytes.readUInt8(20) & ANIMATED) !== 0)
        throw new Error('it moves, and has no one picture');
      return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    case 'VP8 ':
      return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
    default:
      throw new Error('its first chunk is none that WebP has');
  }
}

async function begin(): Promise<void> {
  // The decoder makes one of these, which only browsers have.
  const scope = globalThis as { ImageData?: unknown };
  scope.ImageData ??= class {
    constructor(
      readonly data: Uint8ClampedArray,
      readonly width: number,
      readonly height: number,
    ) {}
  };
  await init(await WebAssembly.compile(Buffer.from(program, 'base64')));
}
