import { readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { fromBuffer, type Entry, type Options, type ZipFile } from 'yauzl';
import { AppError } from '../../shared/lib/appError';
import type { NamedTensor } from '../../shared/runs/safetensors';
import { layerSpecSchema } from '../../shared/architecture/layerCatalog';
import { withLayers } from '../../shared/architecture/edits';
import { adaptedNote } from '../../shared/source/import/importLayer';
import { importModel, withCompiled, type Imported } from '../../shared/source/import/importModel';
import { parseJson } from '../files/projectFile';
import { storedConfiguration, storedTraining, storedWeights } from './storedWeights';

const MOST_BYTES = 1024 * 1024 * 1024;
const MOST_CONFIG_BYTES = 64 * 1024 * 1024;

export interface ModelFile {
  readonly imported: Imported;
  /** Its weights by `layer/role`; empty if the file has none. */
  readonly weights: readonly NamedTensor[];
}

/**
 * A model as Keras or TensorFlow.js stored it: `.keras`, `.h5`, or JSON. The kind of file
 * is recognised by its first bytes, not by its name.
 * @throws {AppError} file-not-found, bad-project with what the file is instead
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const bytes = fileBytes(path);
  const start = bytes.subarray(0, 8).toString('latin1');
  if (start.startsWith('PK')) return fromKeras(path, bytes);
  if (start.startsWith('\u0089HDF')) return fromLegacy(path, bytes);
  return { imported: importModel(parseJson(bytes.toString('utf8'), path, 'model')), weights: [] };
}

async function fromKeras(path: string, bytes: Buffer): Promise<ModelFile> {
  const entries = await unzipped(path, bytes, ['config.json', 'model.weights.h5']);
  const config = entries.get('config.json');
  if (config === undefined)
    throw refused(path, 'is a zip without config.json, so not a .keras file');
  const imported = importModel(parseJson(config.toString('utf8'), path, 'model'));
  const weights = entries.get('model.weights.h5');
  return withWeights(imported, weights ?? null, 'saved');
}

function fromLegacy(path: string, bytes: Buffer): ModelFile {
  let config: string | null;
  try {
    config = storedConfiguration(arrayOf(bytes));
  } catch (error) {
    throw refused(path, `cannot be read as HDF5: ${String(error)}`);
  }
  if (config === null) {
    throw refused(
      path,
      'holds only weights (save_weights), no layers: store the model with model.save()',
    );
  }
  const training = storedTraining(arrayOf(bytes));
  const imported = withCompiled(
    importModel(parseJson(config, path, 'model')),
    training === null ? null : parseJson(training, path, 'model'),
  );
  return withWeights(imported, bytes, 'legacy');
}

function withWeights(
  imported: Imported,
  bytes: Buffer | null,
  form: 'saved' | 'legacy',
): ModelFile {
  if ('unsupported' in imported || bytes === null) return { imported, weights: [] };
  try {
    const { tensors, leftOut, adapted } = storedWeights(arrayOf(bytes), form, imported);
    const numbers = new Map(adapted.map(({ id, ...own }) => [id, own]));
    const known = new Set([...numbers.keys()].map(adaptedNote));
    const all = [...imported.leftOut, ...leftOut].filter((note) => !known.has(note));
    const architecture = withLayers(imported.architecture, (layers) =>
      layers.map((layer) => {
        const own = numbers.get(layer.id);
        return own === undefined ? layer : layerSpecSchema.parse({ ...layer, ...own });
      }),
    );
    return { imported: { ...imported, architecture, leftOut: all }, weights: tensors };
  } catch (error) {
    const what = `the weights: ${error instanceof Error ? error.message : String(error)}.`;
    return { imported: { ...imported, leftOut: [...imported.leftOut, what] }, weights: [] };
  }
}

function arrayOf(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

function fileBytes(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) throw refused(path, 'is larger than 1 GiB');
    return readFileSync(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new AppError('file-not-found', `There is no file ${path}.`, 'Check the path.', error);
    }
    throw refused(path, code === 'EISDIR' ? 'is a folder' : `cannot be read: ${message}`);
  }
}

const open = promisify(
  fromBuffer as (
    buffer: Buffer,
    options: Options,
    callback: (error: Error | null, zip: ZipFile) => void,
  ) => void,
);

/** Some entries of a zip, by name, with a limit on each size, whatever the zip claims. */
async function unzipped(
  path: string,
  bytes: Buffer,
  names: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  try {
    const zip = await open(bytes, { lazyEntries: true });
    const read = promisify(zip.openReadStream.bind(zip)) as (
      entry: Entry,
    ) => Promise<NodeJS.ReadableStream>;
    for await (const entry of zip.eachEntry()) {
      if (!names.includes(entry.fileName)) continue;
      const most = entry.fileName.endsWith('.json') ? MOST_CONFIG_BYTES : MOST_BYTES;
      const pieces: Buffer[] = [];
      let size = 0;
      for await (const piece of await read(entry)) {
        size += (piece as Buffer).length;
        if (size > most) throw new Error(`${entry.fileName} is larger than ${most} bytes`);
        pieces.push(piece as Buffer);
      }
      found.set(entry.fileName, Buffer.concat(pieces));
    }
    return found;
  } catch (error) {
    throw refused(path, `is not a readable zip: ${error instanceof Error ? error.message : error}`);
  }
}

function refused(path: string, what: string): AppError {
  return new AppError(
    'bad-project',
    `${path} ${what}.`,
    'Choose a .keras or .h5 file, or JSON of to_json() or of TensorFlow.js.',
  );
}
