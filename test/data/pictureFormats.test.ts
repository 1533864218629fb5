import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { decodeImage } from '../../electron/data/images/decodeImage';
import { dataPython, fromPython } from '../helpers/data/witnesses';
import { tempFolder } from '../helpers/tempFolder';
import { brokenPicture, farthest } from './pictures';

beforeAll(dataPython);

/** Pictures in the formats that Pillow stores and Keras' folders may hold, and what Pillow says is in them. */
const SCRIPT = `
import struct
import numpy as np
from PIL import Image
folder = given[0]
rng = np.random.default_rng(5)
rgb = rng.integers(0, 256, (11, 9, 3), dtype=np.uint8)
grey = rgb[:, :, 0].copy()
smooth = np.array(Image.fromarray(rgb[:4, :4]).resize((9, 11), Image.BICUBIC))
bits = Image.fromarray(((grey > 99) * 255).astype(np.uint8)).convert("1")
frames = [Image.fromarray(np.full((11, 9, 3), shade, np.uint8)).quantize(4) for shade in (10, 200)]
kinds = {
  "colours.gif": (Image.fromarray(rgb).quantize(64), {}),
  "grey.gif": (Image.fromarray(grey), {}),
  "woven.gif": (Image.fromarray(rgb).quantize(200), {"interlace": True}),
  "moving.gif": (frames[0], {"save_all": True, "append_images": frames[1:]}),
  "colours.bmp": (Image.fromarray(rgb), {}),
  "grey.bmp": (Image.fromarray(grey), {}),
  "palette.bmp": (Image.fromarray(rgb).quantize(200), {}),
  "bits.bmp": (bits, {}),
  "alpha.bmp": (Image.fromarray(np.dstack([rgb, grey])), {}),
  "exact.webp": (Image.fromarray(rgb), {"lossless": True, "exact": True}),
  "alpha.webp": (Image.fromarray(np.dstack([rgb, grey])), {"lossless": True, "exact": True}),
  "moving.webp": (Image.fromarray(rgb), {"save_all": True, "append_images": [Image.fromarray(smooth)], "lossless": True}),
  "smooth.webp": (Image.fromarray(smooth), {"quality": 90}),
}
out = {}
def tell(name):
    image = Image.open(f"{folder}/{name}")
    image.seek(0)
    a = np.array(image.convert("RGB"))
    out[name] = {"shape": list(a.shape), "rgb": (a.astype(np.float32) / 255).ravel().tolist()}
for name, (image, how) in kinds.items():
    image.save(f"{folder}/{name}", **how)
    tell(name)
# Upside down: rows from the top, by a negative height.
rows = [bytes(row[:, ::-1].ravel()) + b"\\0" * (-27 % 4) for row in rgb]
body = b"".join(rows)
head = struct.pack("<2sIHHI", b"BM", 54 + len(body), 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, 9, -11, 1, 24, 0, len(body), 0, 0, 0, 0)
open(f"{folder}/down.bmp", "wb").write(head + body)
tell("down.bmp")
print(json.dumps(out))
`;

test('GIF, BMP and WebP hold the pixels that Pillow finds in them', async () => {
  const folder = tempFolder();
  const truths = await fromPython<Record<string, { shape: number[]; rgb: number[] }>>(SCRIPT, [
    folder,
  ]);
  const { 'moving.webp': moving, ...still } = truths;
  expect([moving?.shape, Object.keys(still).length]).toEqual([[11, 9, 3], 13]);
  await expect(decodeImage(readFileSync(join(folder, 'moving.webp')))).rejects.toThrow('it moves');
  for (const [name, { shape, rgb }] of Object.entries(still)) {
    const picture = await decodeImage(readFileSync(join(folder, name)));
    const { height, width, channels } = picture;
    expect([name, height, width, channels]).toEqual([name, ...shape]);
    expect([name, farthest(picture.values, rgb)]).toEqual([name, expect.closeTo(0, 6)]);
  }
  for (const name of ['colours.gif', 'palette.bmp', 'exact.webp', 'smooth.webp']) {
    await fc.assert(brokenPicture(readFileSync(join(folder, name))), { numRuns: 400 });
  }
});

test('what claims gigabytes is refused before it is decoded', async () => {
  const gif = Buffer.from('GIF89a\xff\xff\xff\xff\x80\x00\x00'.padEnd(64, '\0'), 'latin1');
  const bmp = Buffer.alloc(64);
  bmp.write('BM');
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(70_000, 18);
  bmp.writeInt32LE(-70_000, 22);
  const webp = Buffer.alloc(64);
  webp.write('RIFF    WEBPVP8X');
  webp.fill(0xff, 24, 30);
  for (const [bytes, side] of [
    [gif, 65_535],
    [bmp, 70_000],
    [webp, 2 ** 24],
  ] as const) {
    await expect(decodeImage(bytes)).rejects.toThrow(`${side} by ${side} pixels`);
  }
});
