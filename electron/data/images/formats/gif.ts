import { GifReader } from 'omggif';
import { refuseHuge, rgbOf, type Picture } from '../picture';

/** Width and height in the logical screen descriptor (GIF89a, 18). */
const WIDTH_AT = 6;
const HEADER_BYTES = 13;

/** The first picture of a GIF on black, as TensorFlow's decode_gif has it. */
export function gif(bytes: Buffer): Picture {
  if (bytes.length < HEADER_BYTES) throw new Error('it is cut off');
  const [width, height] = [bytes.readUInt16LE(WIDTH_AT), bytes.readUInt16LE(WIDTH_AT + 2)];
  refuseHuge(width, height);
  const reader = new GifReader(bytes);
  const pixels = new Uint8Array(4 * width * height);
  withoutWarnings(() => reader.decodeAndBlitFrameRGBA(0, pixels));
  return rgbOf(pixels, width, height);
}

/* eslint-disable no-console -- the library writes where results are printed */
/** The library only logs that pixels are missing, and leaves them black. */
function withoutWarnings(act: () => void): void {
  const { log } = console;
  console.log = (warning: unknown) => {
    if (/shorter/.test(String(warning))) throw new Error('it is cut off');
  };
  try {
    act();
  } finally {
    console.log = log;
  }
}
