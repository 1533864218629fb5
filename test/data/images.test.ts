import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { decodeImage } from '../../electron/data/images/decodeImage';
import { imagePreview } from '../../electron/data/images/imagePreview';
import { pictureLanes, type PictureLane } from '../../electron/data/images/pictureLanes';
import { distFolder } from '../helpers/lab';
import { brokenPicture, farthest } from './pictures';
import { resize, withChannels } from '../../electron/data/images/resize';
import { loadDataset } from '../../electron/data/loadDataset';
import { kerasPython } from '../helpers/keras/realKeras';
import { tempFolder } from '../helpers/tempFolder';

/** Pictures of every kind that Pillow stores, what it says they hold, and Keras' resized ones. */
const SCRIPT = `
import json, sys
import numpy as np
import keras
from PIL import Image
rng = np.random.default_rng(7)
rgb = rng.integers(0, 256, (11, 9, 3), dtype=np.uint8)
smooth = np.array(Image.fromarray(rgb[:4, :4]).resize((9, 11), Image.BICUBIC))
grey = rgb[:, :, 0].copy()
kinds = {
  "rgb.png": Image.fromarray(rgb),
  "grey.png": Image.fromarray(grey),
  "palette.png": Image.fromarray(rgb).quantize(16),
  "bit.png": Image.fromarray(((grey > 99) * 255).astype(np.uint8)).convert("1"),
  "alpha.png": Image.fromarray(np.dstack([rgb, grey])),
  "deep.png": Image.fromarray((grey.astype(np.uint16) * 257)),
  "smooth.jpg": Image.fromarray(smooth),
  "grey.jpg": Image.fromarray(smooth[:, :, 0].copy()),
}
out = {}
for name, image in kinds.items():
    image.save(f"{sys.argv[1]}/{name}", **({"quality": 95, "subsampling": 0} if name.endswith("jpg") else {}))
    again = Image.open(f"{sys.argv[1]}/{name}")
    a = grey[:, :, None].repeat(3, 2) if name == "deep.png" else np.array(again.convert("RGB"))
    x = a.astype(np.float32) / 255
    small = keras.ops.image.resize(x, (5, 14), antialias=False)
    dull = keras.ops.image.rgb_to_grayscale(x)
    out[name] = {"rgb": x.ravel().tolist(), "resized": np.asarray(small).ravel().tolist(),
                 "grey": np.asarray(dull).ravel().tolist()}
again = Image.fromarray(smooth)
exif = again.getexif()
exif[0x0112] = 6
again.save(f"{sys.argv[1]}/turned.jpg", exif=exif, quality=95, subsampling=0)
again.save(f"{sys.argv[1]}/plain_rgb.jpg", keep_rgb=True, quality=95, subsampling=0)
for name in ["turned.jpg", "plain_rgb.jpg"]:
    a = np.array(Image.open(f"{sys.argv[1]}/{name}").convert("RGB"))
    x = a.astype(np.float32) / 255
    out[name] = {"rgb": x.ravel().tolist(), "resized": np.asarray(keras.ops.image.resize(x, (5, 14), antialias=False)).ravel().tolist(),
                 "grey": np.asarray(keras.ops.image.rgb_to_grayscale(x)).ravel().tolist()}
Image.fromarray(smooth).save(f"{sys.argv[1]}/progressive.jpg", progressive=True, quality=95, subsampling=0)
print(json.dumps(out))
`;

interface Truth {
  readonly rgb: number[];
  readonly resized: number[];
  readonly grey: number[];
}

test('pictures are read, made grey and resized as Pillow and Keras do', async () => {
  const folder = tempFolder();
  const { stdout, stderr } = spawnSync(await kerasPython(), ['-c', SCRIPT, folder], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], KERAS_BACKEND: 'jax', JAX_PLATFORMS: 'cpu' },
  });
  const truths = JSON.parse(stdout || `{"failed": ${JSON.stringify(stderr)}}`) as {
    [name: string]: Truth;
  };
  for (const [name, truth] of Object.entries(truths)) {
    const picture = withChannels(await decodeImage(readFileSync(join(folder, name))), 3);
    expect([name, picture.height, picture.width]).toEqual([name, 11, 9]);
    // JPEG leaves rounding and chroma upsampling to the decoder.
    const most = name.endsWith('jpg') ? 4 / 255 : 1e-6;
    expect([name, farthest(picture.values, truth.rgb) < most]).toEqual([name, true]);
    expect(farthest(resize(picture, 14, 5).values, truth.resized)).toBeLessThan(most + 1e-6);
    expect(farthest(withChannels(picture, 1).values, truth.grey)).toBeLessThan(most + 1e-4);
  }
  const plain = await decodeImage(readFileSync(join(folder, 'smooth.jpg')));
  const progressive = await decodeImage(readFileSync(join(folder, 'progressive.jpg')));
  expect(farthest(progressive.values, [...plain.values])).toBeLessThan(4 / 255);

  // A folder of them: a class each for the odd and the even ones.
  const root = tempFolder();
  Object.keys(truths).forEach((name, index) => {
    mkdirSync(join(root, index % 2 === 0 ? 'even' : 'odd'), { recursive: true });
    writeFileSync(
      join(root, index % 2 === 0 ? 'even' : 'odd', name),
      readFileSync(join(folder, name)),
    );
  });
  writeFileSync(join(root, 'odd', '.DS_Store'), 'hidden');
  const source = { kind: 'images', path: root, width: 9, height: 11, standardise: false } as const;
  const data = await loadDataset({ ...source, channels: 3 }, '');
  expect([data.rows, data.features, data.classes]).toEqual([10, 297, ['even', 'odd']]);
  // Ordered by the hashes of their names, the same way on every machine.
  expect([...data.labels].sort()).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  expect(data.labels).not.toEqual(data.labels.slice().sort());
  expect(data.notes[0]).toContain('turned.jpg has an EXIF orientation');
  const names = Object.keys(truths);
  names.forEach((name, index) => {
    const label = index % 2;
    const truth = truths[name]?.rgb ?? [];
    const hits = Array.from({ length: 10 }, (_, row) => row).filter(
      (row) =>
        data.labels[row] === label &&
        farthest(data.inputs.subarray(row * 297, (row + 1) * 297), truth) < 4 / 255,
    );
    expect([name, hits.length > 0]).toEqual([name, true]);
  });
  expect((await loadDataset({ ...source, channels: 1 }, '')).features).toBe(99);
});

/** 2 by 2, RGB. */
const small = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg==',
  'base64',
);

test('a folder that cannot be used is refused by name', async () => {
  const source = { kind: 'images', width: 2, height: 2, channels: 3, standardise: false } as const;
  const read = (path: string) => () => loadDataset({ ...source, path }, '');
  const root = tempFolder();
  await expect(read(join(root, 'none'))()).rejects.toThrow(
    `There is no folder ${join(root, 'none')}`,
  );
  await expect(read(root)()).rejects.toThrow('has no folders in it');
  mkdirSync(join(root, 'cat'));
  await expect(read(root)()).rejects.toThrow('has one folder in it');
  mkdirSync(join(root, 'dog'));
  await expect(read(root)()).rejects.toThrow(
    `${join(root, 'cat')} has no PNG, JPEG, GIF, BMP or WebP file`,
  );
  writeFileSync(join(root, 'cat/a.png'), 'no picture');
  writeFileSync(join(root, 'dog/b.png'), small);
  await expect(read(root)()).rejects.toThrow(
    `${join(root, 'cat/a.png')} cannot be read as a picture: it is neither`,
  );
  writeFileSync(join(root, 'stray.png'), small);
  await expect(read(root)()).rejects.toThrow(`${join(root, 'stray.png')} lies beside the folders`);
});

test('a picture that claims gigabytes is refused before it is decoded', async () => {
  const png = Buffer.alloc(64);
  png.write('89504e470d0a1a0a0000000d49484452', 'hex');
  png.writeUInt32BE(100_000, 16);
  png.writeUInt32BE(100_000, 20);
  await expect(decodeImage(png)).rejects.toThrow('100000 by 100000 pixels');
});

test('any bytes give a picture or an error', async () => {
  expect(await decodeImage(small)).toMatchObject({ width: 2, height: 2, channels: 3 });
  await fc.assert(brokenPicture(small), { numRuns: 2_000 });
});

test('folders below a class belong to it; what is not a picture is skipped and reported', async () => {
  const root = tempFolder();
  for (const folder of ['cat/more/yet', 'dog', '__MACOSX/cat']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of [
    'cat/a.png',
    'cat/more/yet/b.PNG',
    'dog/c.jpeg.png',
    '__MACOSX/cat/._a.png',
  ]) {
    writeFileSync(join(root, file), small);
  }
  for (const file of ['cat/z.tiff', 'dog/notes.txt', 'readme.md']) {
    writeFileSync(join(root, file), 'no picture');
  }
  const source = { kind: 'images', width: 2, height: 2, channels: 3, standardise: false } as const;
  const data = await loadDataset({ ...source, path: root }, '');
  expect([data.rows, data.classes, data.rowShape]).toEqual([3, ['cat', 'dog'], [2, 2, 3]]);
  expect(data.notes.slice(0, 1)).toEqual([
    'Skipped, since only PNG, JPEG, GIF, BMP and WebP files are read: __MACOSX, readme.md, cat/z.tiff and 1 more.',
  ]);
});

test('folders to train and to validate are a split, and their classes are the same', async () => {
  const root = tempFolder();
  for (const file of [
    'train/cat/a.png',
    'train/dog/b.png',
    'train/dog/c.png',
    'val/dog/d.png',
    'test/cat/e.png',
  ]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), small);
  }
  const chosen = await imagePreview(root);
  expect(chosen).toMatchObject({
    path: join(root, 'train'),
    validation: join(root, 'val'),
    classes: ['cat', 'dog'],
    images: 3,
    notes: ['Trained on train, validated on val.', 'Not used: test.'],
  });
  const source = { kind: 'images', width: 2, height: 2, channels: 3, standardise: false } as const;
  const split = { ...source, path: chosen.path, validation: join(root, 'val') };
  const data = await loadDataset(split, '');
  expect([data.rows, data.heldOut, data.labels.at(-1)]).toEqual([4, { rows: 1, by: 'file' }, 1]);
  expect(data.notes).toContain('The pictures for validation have none of cat.');
  // Other data than the same pictures without a split.
  expect(data.sha256).not.toBe((await loadDataset({ ...source, path: chosen.path }, '')).sha256);
  mkdirSync(join(root, 'val/cow'));
  writeFileSync(join(root, 'val/cow/f.png'), small);
  await expect(loadDataset(split, '')).rejects.toThrow(
    `${join(root, 'val/cow')} is a class that there are no pictures of to train on.`,
  );
});

test('threads read the same numbers, and name the file that cannot be read', async () => {
  const folder = tempFolder();
  const shape = { width: 5, height: 4, channels: 3 } as const;
  const paths = Array.from({ length: 6 }, (_, index) => {
    const path = join(folder, `${index}.png`);
    const data = Uint8Array.from({ length: 6 * 6 * 3 }, (_unused, at) => (at * (index + 3)) % 256);
    writeFileSync(path, encode({ width: 6, height: 6, channels: 3, data }));
    return path;
  });
  const entry = join(distFolder, 'electron/pictures.cjs');
  const { lanes, array } = pictureLanes(100_000, entry);
  expect(lanes.length).toBeGreaterThan(1);
  const { lanes: few } = pictureLanes(10, entry);
  expect(few).toHaveLength(1);
  const read = async (lane: PictureLane | undefined, own = paths) => {
    const into = array(own.length * 60);
    return { ...(await lane?.read(own, shape, into)), values: Array.from(into) };
  };
  try {
    const here = await read(few[0]);
    for (const lane of lanes) expect(await read(lane)).toEqual(here);
    const broken = join(folder, 'broken.png');
    writeFileSync(broken, readFileSync(paths[0] as string).subarray(0, 60));
    await expect(read(lanes[0], [...paths, broken])).rejects.toMatchObject({
      code: 'bad-data',
      message: expect.stringContaining(broken) as string,
    });
    // It goes on after that.
    expect(await read(lanes[0])).toEqual(here);
  } finally {
    for (const lane of lanes) lane.end();
  }
});
