import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DataSource } from '../../../shared/data/dataSource';
import type { RunManifest } from '../../../shared/runs/run';
import { badData } from '../../data/badData';
import { hashed } from '../../data/dataset';
import { imageDataset, readPictures } from '../../data/images/imageDataset';
import { imageFolder, isPicture } from '../../data/images/imageFolder';
import { inputsOf } from '../../data/inputsOf';
import type { ReadPorts } from '../../data/readPorts';
import { refuseTooLarge } from '../../data/refuseTooLarge';
import { unreadable } from '../../data/unreadable';
import { runRows } from '../runRows';
import type { OtherData, RowsLike } from './rowsLike';

type PictureSource = Extract<DataSource, { readonly kind: 'images' }>;

/**
 * Other pictures, at the size of a run's: a file, or all in a folder; with a folder for each class where what
 * is right must be known.
 * @throws {AppError} bad-data, file-not-found
 */
export async function picturesLike(
  source: PictureSource,
  manifest: RunManifest,
  { path, needsTargets }: OtherData,
  datasetsFolder: string,
  ports: ReadPorts,
): Promise<RowsLike> {
  const { classes } = manifest.data;
  const { width, height, channels } = source;
  const images = needsTargets
    ? imageFolder(path, classes).images
    : picturesIn(path).map((own) => ({ path: own, label: 0 }));
  const features = width * height * channels;
  refuseTooLarge(path, images.length, features, ports.memoryBytes);
  const { rows } = await readPictures(images, source, ports);
  const dataset = {
    ...hashed({
      rows: images.length,
      features,
      inputs: source.standardise
        ? await scaledAs(source, manifest, rows, features, datasetsFolder, ports)
        : rows,
      labels: Int32Array.from(images, ({ label }) => label),
      numbers: null,
      classes,
    }),
    rowShape: [height, width, channels],
  };
  const names = images.map((own) =>
    own.path === path ? basename(path) : own.path.slice(path.length).replace(/^[/\\]+/, ''),
  );
  return { dataset, hasTargets: needsTargets, names, leftOut: [], withoutTargets: null };
}

/** In the order of their names. */
function picturesIn(path: string): readonly string[] {
  const found: string[] = [];
  const below = (folder: string) => {
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const own = join(folder, entry.name);
      if (entry.isDirectory()) below(own);
      else if (isPicture(entry.name)) found.push(own);
    }
  };
  try {
    if (!statSync(path).isDirectory()) return [path];
    below(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (found.length === 0) throw badData(`${path} has no pictures in it.`, 'Choose another folder.');
  return found;
}

async function scaledAs(
  source: PictureSource,
  manifest: RunManifest,
  rows: Float32Array,
  features: number,
  datasetsFolder: string,
  ports: ReadPorts,
): Promise<Float32Array> {
  // Refuses data that has changed since.
  await runRows(manifest, datasetsFolder);
  const { validation: _, ...own } = { ...source, standardise: false };
  const { inputs } = await imageDataset(own, ports);
  return inputsOf([inputs, rows], features, true).slice(inputs.length);
}
