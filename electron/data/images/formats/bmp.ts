import { decode } from 'bmp-ts';
import { refuseHuge, rgbOf, type Picture } from '../picture';

/** Width and height in the header after the file's own of 14 bytes (BITMAPINFOHEADER). */
const WIDTH_AT = 18;
const HEADER_BYTES = 26;

export function bmp(bytes: Buffer): Picture {
  if (bytes.length < HEADER_BYTES) throw new Error('it is cut off');
  refuseHuge(bytes.readInt32LE(WIDTH_AT), Math.abs(bytes.readInt32LE(WIDTH_AT + 4)));
  // As ABGR: asked for RGBA, the library gives that only where there is no palette.
  const { width, height, data } = decode(bytes);
  return rgbOf(data, width, height, true);
}
