/** What a JPEG says about itself besides its pixels. */
export interface JpegFacts {
  /** Its three components are red, green and blue, not luminance and two colour differences. */
  readonly isRgb: boolean;
  /** Exif orientation, 1 for upright (Exif 2.3, tag 0x0112). */
  readonly orientation: number;
}

const APP1 = 0xe1;
const APP14 = 0xee;
const START_OF_SCAN = 0xda;
const ORIENTATION = 0x0112;

/**
 * Read from the markers before the first scan. The colour space is found as in libjpeg: by Adobe's
 * marker, else by JFIF's, else by the names of the components.
 * @param bytes of a JPEG; truncated or malformed parts are ignored
 */
export function jpegFacts(bytes: Buffer): JpegFacts {
  let [adobe, hasJfif, ids, orientation] = [null as number | null, false, '', 1];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] as number;
    const length = bytes.readUInt16BE(at + 2);
    const part = bytes.subarray(at + 4, at + 2 + length);
    if (marker === START_OF_SCAN || length < 2) break;
    if (marker === 0xe0 && part.toString('latin1', 0, 4) === 'JFIF') hasJfif = true;
    if (marker === APP14 && part.toString('latin1', 0, 5) === 'Adobe') adobe = part[11] ?? null;
    if (marker === APP1 && part.toString('latin1', 0, 4) === 'Exif') {
      orientation = orientationIn(part.subarray(6));
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const count = part[5] ?? 0;
      ids = Array.from({ length: count }, (_, index) => part[6 + 3 * index] ?? 0).join();
    }
    at += 2 + length;
  }
  const isNamedRgb = ids === [...'RGB'].map((letter) => letter.charCodeAt(0)).join();
  return { isRgb: adobe === null ? !hasJfif && isNamedRgb : adobe === 0, orientation };
}

/** @param tiff header and directories, in either byte order */
function orientationIn(tiff: Buffer): number {
  if (tiff.length < 14) return 1;
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const first = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (first + 2 > tiff.length) return 1;
  for (let entry = 0; entry < u16(first); entry++) {
    const at = first + 2 + 12 * entry;
    if (at + 12 > tiff.length) return 1;
    if (u16(at) === ORIENTATION) return u16(at + 8);
  }
  return 1;
}
