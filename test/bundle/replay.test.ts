import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { RunDifference } from '../../electron/bundle/diffBundles';
import type { ReplayedRun } from '../../shared/bundle/replay';
import { lab } from '../helpers/lab';
import { changed, repacked, unpacked, withManifest, type Packed } from '../helpers/packed';
import { tempFolder } from '../helpers/tempFolder';
import { trainedPair } from '../helpers/trainedPair';

let runs: string;
let bundle: string;
beforeAll(async () => {
  runs = await trainedPair();
  bundle = join(runs, 'bundle.zip');
  expect((await lab(['export', runs, '-o', bundle])).code).toBe(0);
});

/** What `lab replay` says about each run, in an otherwise empty folder. */
async function replay(path: string, ...args: string[]) {
  const folder = tempFolder();
  const { code, stdout, stderr } = await lab(['replay', path, '--json', '--out', folder, ...args], {
    cwd: folder,
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  const runsOf = lines.map((line) => JSON.parse(line) as ReplayedRun);
  return { code, stderr, runs: runsOf.slice(0, -1), verdict: runsOf.at(-1)?.verdict, folder };
}

/** A bundle by a forger who knows how all its parts fit together. */
function forged(change: (files: Packed[]) => Packed[]): string {
  const path = join(tempFolder(), 'forged.zip');
  writeFileSync(path, repacked(withManifest(change(unpacked(readFileSync(bundle))))));
  return path;
}
const inBoth = (files: Packed[], file: string, change: (text: string) => string) =>
  ['sequential', 'subclass'].reduce(
    (own, style) => changed(own, `runs/${style}/${file}`, change),
    files,
  );

test('a replay gives the recorded bits, and keeps its runs for inspection', async () => {
  const { code, runs: replayed, verdict, folder } = await replay(bundle);
  expect([code, verdict]).toEqual([0, 'exact']);
  expect(replayed.map(({ run, verdict: own }) => [run, own])).toEqual([
    ['sequential', 'exact'],
    ['subclass', 'exact'],
  ]);
  expect(existsSync(join(folder, 'replay/sequential/outcome.json'))).toBe(true);
});

test('another engine rounds differently: within tolerance, with the largest difference', async () => {
  const { code, runs: replayed, verdict } = await replay(bundle, '--engine', 'xla');
  expect([code, verdict]).toEqual([0, 'within_tolerance']);
  const [own] = replayed;
  expect(own?.deviation?.isWithin).toBe(true);
  expect(own?.deviation?.loss).toBeGreaterThan(0);
  expect(own?.environment).toEqual(['The engine differs: graph and xla.']);
});

test('a bundle recorded with another seed is different, with tensor and stream named', async () => {
  const path = forged((files) =>
    inBoth(files, 'run.json', (text) => text.replace('"seed": "7"', '"seed": "8"')),
  );
  expect((await lab(['verify', path])).code).toBe(0);
  const { code, runs: replayed, verdict } = await replay(path);
  expect([code, verdict]).toEqual([1, 'different']);
  expect(replayed[0]?.firstDifference).toMatchObject({
    step: 0,
    kind: 'initial-weights',
    layer: 'hidden1',
    tensor: 'kernel',
    stream: 'initialiser/hidden1/kernel',
  });
});

test('other losses are different here, and not verified where they come from another device', async () => {
  const loss = Buffer.alloc(4);
  loss.writeFloatLE(0.5);
  const withOtherLoss = (files: Packed[]) =>
    inBoth(
      inBoth(
        files,
        'losses.f32',
        (text) => text.slice(0, 4) + loss.toString('latin1') + text.slice(8),
      ),
      'losses.csv',
      (text) => text.replace(/\n2,.*\n/, '\n2,0.5\n'),
    );
  const here = await replay(forged(withOtherLoss));
  expect([here.code, here.verdict]).toEqual([1, 'different']);
  expect(here.runs[0]?.firstDifference).toMatchObject({ step: 2, kind: 'arithmetic' });
  const elsewhere = await replay(
    forged((files) =>
      inBoth(withOtherLoss(files), 'run.json', (text) =>
        text.replace('"device": "CPU"', '"device": "GPU"'),
      ),
    ),
  );
  expect([elsewhere.code, elsewhere.verdict]).toEqual([1, 'not_verified']);
  expect(elsewhere.runs[0]?.reason).toContain('The device differs: GPU and CPU.');
});

test('one of two runs that drew from one state is replayed together with the other', async () => {
  const folder = tempFolder();
  const article = await lab([
    'article',
    '--protocols',
    '2',
    '--epochs',
    '1',
    '--engine',
    'graph',
    '--hidden',
    '4',
    '--out',
    folder,
  ]);
  expect(article.code).toBe(0);
  const [own] = article.stdout.match(/\S+b-subclass/) ?? [];
  const path = join(folder, 'one.zip');
  expect((await lab(['export', own ?? '', '-o', path])).code).toBe(0);
  const { code, runs: replayed } = await replay(path);
  expect([code, replayed.map(({ run, verdict }) => [run, verdict])]).toEqual([
    0,
    [['protocol-2/styles/b-subclass', 'exact']],
  ]);
});

test('data that is not in the bundle is asked for, checked, and used', async () => {
  const folder = tempFolder();
  const project = JSON.parse(readFileSync(join(runs, '../pair.json'), 'utf8')) as object;
  cpSync(join(import.meta.dirname, '../../electron/datasets/iris.csv'), join(folder, 'own.csv'));
  const data = { kind: 'csv', path: 'own.csv', label: 'species' };
  writeFileSync(join(folder, 'own.json'), JSON.stringify({ ...project, data }));
  expect((await lab(['run', join(folder, 'own.json'), '--out', join(folder, 'runs')])).code).toBe(
    0,
  );
  const path = join(folder, 'own.zip');
  expect((await lab(['export', join(folder, 'runs'), '-o', path, '--data', 'hash'])).code).toBe(0);
  const without = await replay(path);
  expect([without.code, without.verdict]).toEqual([1, 'not_verified']);
  expect(without.runs[0]?.reason).toContain('not in the bundle');
  expect((await replay(path, '--data', join(folder, 'own.csv'))).verdict).toBe('exact');
  const text = readFileSync(join(folder, 'own.csv'), 'utf8');
  writeFileSync(join(folder, 'other.csv'), text.replace('5.1', '5.2'));
  const other = await replay(path, '--data', join(folder, 'other.csv'));
  expect(other.runs[0]?.reason).toContain('not that of the run');
});

test('a bundle with findings is not replayed', async () => {
  const path = join(tempFolder(), 'bad.zip');
  writeFileSync(path, repacked(changed(unpacked(readFileSync(bundle)), 'index.html', () => '')));
  const { code, stderr, runs: replayed } = await replay(path);
  expect([code, replayed]).toEqual([2, []]);
  expect(stderr).toContain('file-hash index.html');
  writeFileSync(path, 'no bundle');
  expect((await replay(path)).stderr).toContain('not a Twintrain bundle');
});

test('two bundles are compared run by run', async () => {
  const diff = async (a: string, b: string) => {
    const { code, stdout } = await lab(['diff', a, b, '--json']);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return { code, runs: lines.map((line) => JSON.parse(line) as RunDifference) };
  };
  expect((await diff(bundle, bundle)).code).toBe(0);
  const folder = tempFolder();
  const project = JSON.parse(readFileSync(join(runs, '../pair.json'), 'utf8')) as {
    architectures: object[];
    randomness: object;
  };
  writeFileSync(
    join(folder, 'other.json'),
    JSON.stringify({
      ...project,
      architectures: project.architectures.slice(0, 1),
      randomness: { ...project.randomness, seed: '8' },
    }),
  );
  expect((await lab(['run', join(folder, 'other.json'), '--out', join(folder, 'runs')])).code).toBe(
    0,
  );
  const path = join(folder, 'other.zip');
  expect((await lab(['export', join(folder, 'runs'), '-o', path])).code).toBe(0);
  const { code, runs: differences } = await diff(bundle, path);
  expect(code).toBe(1);
  expect(differences).toMatchObject([
    { run: 'sequential', in: 'both', comparison: { verdict: 'different' } },
    { run: 'subclass', in: 'first' },
  ]);
});
