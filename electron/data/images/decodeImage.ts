import { jpeg } from './formats/jpeg';
import { png } from './formats/png';
import type { Picture } from './picture';

interface PictureFormat {
  readonly isIt: (start: string) => boolean;
  readonly decode: (bytes: Buffer) => Picture | Promise<Picture>;
}

/** Formats by their first bytes, as Latin-1 text. What is rare is loaded when it is needed: every training process starts with this. */
const formats: readonly PictureFormat[] = [
  { isIt: (start) => start.startsWith('\x89PNG\r\n\x1a\n'), decode: png },
  { isIt: (start) => start.startsWith('\xff\xd8'), decode: jpeg },
  {
    isIt: (start) => /^GIF8[79]a/.test(start),
    decode: async (bytes) => (await import('./formats/gif')).gif(bytes),
  },
  {
    isIt: (start) => start.startsWith('BM'),
    decode: async (bytes) => (await import('./formats/bmp')).bmp(bytes),
  },
  {
    isIt: (start) => /^RIFF[^]{4}WEBP/.test(start),
    decode: async (bytes) => (await import('./formats/webp')).webp(bytes),
  },
];
const START_BYTES = 12;

/**
 * A picture, recognised by its first bytes and not by its name.
 * @throws {Error} saying what is wrong with the bytes
 */
export async function decodeImage(bytes: Buffer): Promise<Picture> {
  const start = bytes.subarray(0, START_BYTES).toString('latin1');
  const format = formats.find(({ isIt }) => isIt(start));
  if (format === undefined) throw new Error('it is neither PNG, JPEG, GIF, BMP nor WebP');
  return format.decode(bytes);
}
