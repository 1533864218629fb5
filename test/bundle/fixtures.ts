import type { FindingCode } from '../../shared/bundle/finding';
import { changed, repacked, unpacked, withManifest, type Packed } from '../helpers/packed';

/** What a forger does to a bundle's bytes. */
export type Forgery = (bundle: Buffer) => Buffer;

const packed =
  (change: (files: Packed[]) => readonly Packed[]): Forgery =>
  (bundle) =>
    repacked(change(unpacked(bundle)));
const edited = (path: string, change: (text: string) => string) =>
  packed((files) => changed(files, path, change));
/** With a manifest that matches again. */
const forged = (path: string, change: (text: string) => string) =>
  packed((files) => withManifest(changed(files, path, change)));
const json = (change: (value: never) => unknown) => (text: string) =>
  JSON.stringify(change(JSON.parse(text) as never));
const entryAt = (bundle: Buffer, path: string) => {
  // The last place of the name is in the directory.
  const at = bundle.lastIndexOf(path, bundle.length, 'latin1') - 46;
  return at;
};
const byte = (find: (bundle: Buffer) => number, value: number): Forgery => {
  return (bundle) => {
    const copy = Buffer.from(bundle);
    copy[find(copy)] = value;
    return copy;
  };
};
const without = (path: string) => packed((files) => files.filter((own) => own.path !== path));
const renamed = (from: string, to: string) =>
  packed((files) => files.map((own) => (own.path === from ? { ...own, path: to } : own)));

const RUN = 'runs/sequential';
const sorted = (files: readonly Packed[]) =>
  [...files].sort((a, b) =>
    a.path === 'bundle.json' ? -1 : b.path === 'bundle.json' ? 1 : a.path < b.path ? -1 : 1,
  );

/** At least one forgery for every finding. The bundle is a signed one of two runs. */
export const forgeries: Readonly<Record<FindingCode, readonly Forgery[]>> = {
  'archive-end': [
    (bundle) => bundle.subarray(0, bundle.length - 1),
    (bundle) => bundle.subarray(0, bundle.length >> 1),
    (bundle) => Buffer.concat([bundle, Buffer.from('more')]),
  ],
  'archive-directory': [
    // A directory of 4 GB, one that begins elsewhere, and one with an invalid entry.
    (bundle) => withUInt32(bundle, bundle.length - 10, 0xfffffff0),
    (bundle) => withUInt32(bundle, bundle.length - 6, 12),
    byte((bundle) => entryAt(bundle, 'verify.py'), 0),
  ],
  'archive-form': [
    // Time of a local header, comment of an entry, a version, executable bits, bytes between files.
    byte(() => 10, 1),
    byte((bundle) => entryAt(bundle, 'verify.py') + 6, 21),
    byte((bundle) => entryAt(bundle, 'verify.py') + 40, 0xed),
    (bundle) => gap(bundle),
  ],
  'archive-order': [packed((files) => [...files.slice(0, 2), ...files.slice(2).reverse()])],
  'entry-compressed': [byte((bundle) => entryAt(bundle, 'verify.py') + 10, 8)],
  'entry-link': [byte((bundle) => entryAt(bundle, 'verify.py') + 41, 0xa1)],
  'path-unsafe': [
    '../verify.py',
    '/etc/passwd',
    'a\\b',
    'a//b',
    './a',
    'C:/a',
    'a/../../b',
    'é',
    '',
  ].map((to) => renamed('verify.py', to)),
  'path-duplicate': [
    packed((files) => [...files, files.at(-1) as Packed]),
    renamed('verify.py', 'VERIFY.MJS'),
  ],
  'file-too-large': [
    packed((files) =>
      files.map((own) =>
        own.path === 'manifest-sha256.txt' ? { ...own, bytes: Buffer.alloc((64 << 20) + 1) } : own,
      ),
    ),
  ],
  'file-checksum': [byte((bundle) => bundle.indexOf('epoch,lastStep'), 0x45)],
  'file-hash': [edited('index.html', (text) => text.replace('exact', 'exakt'))],
  'file-missing': [
    without('index.html'),
    without('manifest-sha256.txt'),
    packed((files) => withManifest(files.filter(({ path }) => path !== `${RUN}/losses.csv`))),
    packed((files) =>
      withManifest(files.filter(({ path }) => path !== `${RUN}/final-weights.safetensors`)),
    ),
  ],
  'file-unlisted': [
    packed((files) => sorted([...files, { path: 'extra.txt', bytes: Buffer.from('x') }])),
  ],
  'file-unexpected': [
    packed((files) =>
      sorted(withManifest([...files, { path: 'setup.exe', bytes: Buffer.from('MZ') }])),
    ),
  ],
  'file-malformed': [
    forged('bundle.json', (text) => text.slice(0, -3)),
    forged(`${RUN}/run.json`, () => '{"data":{}}'),
    // What a run's readers, its replay and the window need, removed or replaced.
    ...['ran', 'architecture', 'randomness', 'engine', 'script', 'id'].map((field) =>
      forged(
        `${RUN}/run.json`,
        json((run: object) => ({ ...run, [field]: undefined })),
      ),
    ),
    forged(
      `${RUN}/run.json`,
      json((run: object) => ({ ...run, more: 1 })),
    ),
    forged(`${RUN}/epochs.jsonl`, (text) => text.replace('"epoch"', '"epok"')),
    forged(
      'bundle.json',
      json((index: { runs: object[] }) => ({ ...index, runs: [index.runs[0], index.runs[0]] })),
    ),
    forged(
      'bundle.json',
      json((index: object) => ({ ...index, processes: [{ actions: [{ do: 'dance' }] }] })),
    ),
    forged(`${RUN}/outcome.json`, () => 'ÿ'),
    forged(`${RUN}/losses.f32`, (text) => text.slice(1)),
    forged(`${RUN}/batch-orders.jsonl`, (text) => text.replace('"rows":', '"rows":-')),
    forged(`${RUN}/initial-weights.safetensors`, (text) => text.slice(0, -4)),
    forged(`${RUN}/initial-weights.safetensors`, (text) => `ÿÿÿÿÿÿÿ\u007f${text.slice(8)}`),
    forged(`${RUN}/weight-hashes.jsonl`, (text) => text.slice(0, -1)),
    forged(
      'bundle.json',
      json((index: { runs: unknown }) => ({ ...index, runs: NaN })),
    ),
    forged('bundle.json', (text) =>
      text.replace('"runs/', '"../runs/').replace(/"name": "sequential"/, '"name": "../up"'),
    ),
  ],
  'format-unsupported': [
    forged(
      'bundle.json',
      json((index: object) => ({ ...index, format: 99 })),
    ),
  ],
  'manifest-malformed': [
    edited('manifest-sha256.txt', (text) => text.toUpperCase()),
    edited('manifest-sha256.txt', (text) => text.split('\n').reverse().join('\n')),
    edited('manifest-sha256.txt', (text) => text.slice(0, -1)),
    edited('manifest-sha256.txt', (text) => `${text}${'0'.repeat(64)}  signature.dsse.json\n`),
  ],
  'signature-missing': [without('signature.dsse.json'), without('public-key.pem')],
  'signature-unexpected': [
    forged(
      'bundle.json',
      json((index: object) => ({ ...index, signedBy: null })),
    ),
  ],
  'signature-malformed': [
    edited('signature.dsse.json', (text) => text.replace('"payload": "', '"payload": " ')),
    edited('public-key.pem', (text) => text.replace('\n', '\r\n')),
    edited('public-key.pem', () => ''),
  ],
  'signature-key': [
    forged(
      'bundle.json',
      json((index: object) => ({ ...index, signedBy: 'a'.repeat(64) })),
    ),
  ],
  'signature-invalid': [
    edited('signature.dsse.json', (text) =>
      text.replace(/"sig": "./, (own) => `${own.slice(0, -1)}${own.endsWith('A') ? 'B' : 'A'}`),
    ),
  ],
  'signature-stale': [
    // A loss and its line in the table, and everything that refers to them except the signature.
    packed((files) => withManifest(withLoss(files, 1, 0.5))),
    forged('index.html', (text) => text.replace('exact', 'exakt')),
  ],
  // Asked for in the test with a key of its own.
  'signature-untrusted': [(bundle) => bundle],
  'tensor-missing': [
    forged(
      `${RUN}/initial-weights.json`,
      json((records: object[]) => records.slice(1)),
    ),
    forged(
      `${RUN}/initial-weights.json`,
      json((records: object[]) => [...records, { ...records[0], layer: 'other' }]),
    ),
  ],
  'tensor-hash': [
    packed((files) => withManifest(withSwappedTensors(files))),
    forged(
      `${RUN}/final-weights.json`,
      json((records: { shape: number[] }[]) =>
        records.map((own) => ({ ...own, shape: [...own.shape, 1] })),
      ),
    ),
  ],
  'order-length': [forged(`${RUN}/batch-orders.u32`, (text) => `${text}\0\0\0\0`)],
  'order-hash': [
    forged(
      `${RUN}/batch-orders.u32`,
      (text) => text.slice(4, 8) + text.slice(0, 4) + text.slice(8),
    ),
  ],
  'dropout-length': [
    packed((files) =>
      sorted(
        withManifest([...files, { path: `${RUN}/dropout-seeds.i32`, bytes: Buffer.alloc(8) }]),
      ),
    ),
  ],
  'steps-differ': [
    forged(
      `${RUN}/outcome.json`,
      json((outcome: object) => ({ ...outcome, steps: 3 })),
    ),
  ],
  'csv-differs': [
    forged(`${RUN}/losses.csv`, (text) => text.replace('\n1,', '\n1,1')),
    forged(`${RUN}/losses.csv`, (text) => `${text}99,1\n`),
    forged(`${RUN}/losses.csv`, () => ''),
    forged(`${RUN}/losses.f32`, (text) => text.slice(4)),
  ],
  'data-hash': [
    packed((files) =>
      withManifest(
        files.map((own) =>
          own.path.endsWith('labels.npy')
            ? { ...own, bytes: Buffer.from(own.bytes).fill(1, own.bytes.length - 8) }
            : own,
        ),
      ),
    ),
  ],
  'data-differs': [
    forged(
      `${RUN}/run.json`,
      json((run: { data: object }) => ({ ...run, data: { ...run.data, sha256: 'b'.repeat(64) } })),
    ),
  ],
  'evaluation-sums': [
    forged(
      `${RUN}/evaluations.json`,
      json((file: { evaluations: { data: object }[] }) => ({
        ...file,
        evaluations: file.evaluations.map((own) => ({ ...own, data: { ...own.data, rows: 7 } })),
      })),
    ),
  ],
  'verdict-differs': [
    forged('bundle.json', (text) => text.replace('"verdict": "exact"', '"verdict": "different"')),
    packed((files) => withManifest(withLoss(files, 2, 0.25))),
  ],
  'crate-differs': [
    edited('ro-crate-metadata.json', (text) =>
      text.replace(/"contentSize": "\d/, '"contentSize": "9'),
    ),
    edited('ro-crate-metadata.json', (text) =>
      text.replaceAll('"@id": "index.html"', '"@id": "other.html"'),
    ),
    edited('ro-crate-metadata.json', (text) =>
      text.replaceAll('"@id": "index.html"', '"@hd": "index.html"'),
    ),
  ],
};

function withUInt32(bundle: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bundle);
  copy.writeUInt32LE(value, at);
  return copy;
}

/** A byte between the first file and the next, with the directory moved behind it. */
function gap(bundle: Buffer): Buffer {
  const second = bundle.indexOf('PK\u0003\u0004', 4, 'latin1');
  const moved = Buffer.concat([
    bundle.subarray(0, second),
    Buffer.from('x'),
    bundle.subarray(second),
  ]);
  return withUInt32(moved, moved.length - 6, bundle.readUInt32LE(bundle.length - 6) + 1);
}

function withLoss(files: readonly Packed[], step: number, loss: number): Packed[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(loss);
  const at = (step - 1) * 4;
  const losses = changed(
    files,
    `${RUN}/losses.f32`,
    (text) => text.slice(0, at) + bytes.toString('latin1') + text.slice(at + 4),
  );
  return changed(losses, `${RUN}/losses.csv`, (text) =>
    text.replace(new RegExp(`\n${step},.*\n`), `\n${step},${loss}\n`),
  );
}

/** Two tensors of one size swapped: the biases of a layer before and after. */
function withSwappedTensors(files: readonly Packed[]): Packed[] {
  const before = files.find(({ path }) => path === `${RUN}/initial-weights.safetensors`);
  const after = files.find(({ path }) => path === `${RUN}/final-weights.safetensors`);
  return files.map((own) =>
    own === before && after !== undefined ? { ...own, bytes: after.bytes } : own,
  );
}
