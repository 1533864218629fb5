import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { inWorker } from '../../electron/worker/inWorker';
import { verifiedNow } from '../../electron/bundle/verify/verifiedNow';
import { ensureVenv } from '../../build/bootstrap/pythonVenv.mjs';
import { hugeRun } from '../helpers/hugeRun';
import { distFolder, lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';
import { trainedPair } from '../helpers/trainedPair';

let runs: string;
beforeAll(async () => {
  runs = await trainedPair();
});

const exported = async (args: readonly string[], env: NodeJS.ProcessEnv = process.env) => {
  const run = await lab(['export', ...args], { env });
  expect([run.stderr, run.code]).toEqual(['', 0]);
};

test('the same evidence gives the same bundle: renamed, moved, in another time zone', async () => {
  const folder = tempFolder();
  const [pair, sequential, subclass] = ['', '/sequential', '/subclass'].map(
    (own) => `${runs}/pair${own}`,
  ) as [string, string, string];
  const moved = join(folder, 'elsewhere');
  cpSync(pair, moved, { recursive: true });
  const ways: [string[], NodeJS.ProcessEnv][] = [
    [[pair], {}],
    [[subclass, sequential], { TZ: 'Pacific/Auckland', LC_ALL: 'de_DE.UTF-8' }],
    [[moved], { HOME: '/nowhere' }],
  ];
  const hashes = [];
  for (const [index, [folders, env]] of ways.entries()) {
    const path = join(folder, `${index}.zip`);
    await exported([...folders, '-o', path], { ...process.env, ...env });
    hashes.push(createHash('sha256').update(readFileSync(path)).digest('hex'));
  }
  expect(new Set(hashes).size).toBe(1);
});

test('a bundle says nothing about the folders that it came from', async () => {
  const folder = tempFolder();
  const rows = Array.from({ length: 30 }, (_, row) => `${row},${row % 7},${row % 2 ? 'b' : 'a'}`);
  writeFileSync(join(folder, 'rows.csv'), ['x,y,kind', ...rows, ''].join('\n'));
  const project = JSON.parse(readFileSync(join(runs, '../pair.json'), 'utf8')) as {
    architectures: { inputShape: number[]; layers?: { units: number }[] }[];
  };
  const [network] = project.architectures;
  if (network?.layers) (network.layers.at(-1) as { units: number }).units = 2;
  writeFileSync(
    join(folder, 'own.json'),
    JSON.stringify({
      ...project,
      architectures: [{ ...network, inputShape: [2] }],
      data: { kind: 'csv', path: 'rows.csv', label: 'kind' },
    }),
  );
  expect((await lab(['run', join(folder, 'own.json'), '--out', join(folder, 'runs')])).code).toBe(
    0,
  );
  const path = join(folder, 'own.zip');
  await exported([join(folder, 'runs'), '-o', path]);
  expect(readFileSync(path).includes(folder)).toBe(false);
  expect(verifiedNow(path).findings).toEqual([]);

  // Without its file the data can still be named by its hash.
  writeFileSync(join(folder, 'rows.csv'), ['x,y,kind', ...rows, '5,5,a', ''].join('\n'));
  const refused = await lab(['export', join(folder, 'runs'), '-o', path]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('changed since')]);
  await exported([join(folder, 'runs'), '-o', path, '--data', 'hash']);
  expect(verifiedNow(path).findings).toEqual([]);
});

test('published readers accept it: sha256sum, rocrate-validator, safetensors', async () => {
  const folder = tempFolder();
  await exported([runs, '-o', join(folder, 'b.zip')]);
  const unpacked = join(folder, 'b');
  spawnSync('python3', ['-m', 'zipfile', '-e', join(folder, 'b.zip'), unpacked]);
  const sums = spawnSync('sha256sum', ['-c', '--strict', 'manifest-sha256.txt'], { cwd: unpacked });
  expect(sums.status).toBe(0);

  const root = join(import.meta.dirname, '../..');
  const python = await ensureVenv({
    name: 'crate',
    requirements: join(root, 'build/crate/requirements.txt'),
    what: 'rocrate-validator and safetensors for the tests of bundles (100 MB)',
  });
  const { stdout, stderr, status } = spawnSync(
    python,
    [join(root, 'test/helpers/crate/validate.py'), unpacked],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  const answer = JSON.parse(stdout) as {
    required: string[];
    recommended: string[];
    tensors: Record<string, Record<string, string>>;
  };
  expect(answer.required).toEqual([]);
  // Only what we cannot know: who made it, who publishes it, and where Twintrain is to be found.
  expect([...new Set(answer.recommended.map((issue) => issue.split(':')[0]))].sort()).toEqual([
    'process-run-crate-0.5_3.2',
    'process-run-crate-0.5_5.1',
    'process-run-crate-0.5_8.6',
    'ro-crate-1.1_22.2',
    'ro-crate-1.1_22.3',
  ]);
  for (const [file, tensors] of Object.entries(answer.tensors)) {
    const records = JSON.parse(
      readFileSync(join(unpacked, file.replace('safetensors', 'json')), 'utf8'),
    ) as { layer: string; role: string; sha256: string }[];
    expect(tensors).toEqual(
      Object.fromEntries(records.map(({ layer, role, sha256 }) => [`${layer}/${role}`, sha256])),
    );
  }
  // First, last and best weights of both runs.
  expect(Object.keys(answer.tensors).length).toBe(6);
});

test('a stranger verifies with nothing but Node, or nothing but Python', async () => {
  const folder = tempFolder();
  await exported([runs, '-o', join(folder, 'b.zip')]);
  spawnSync('python3', ['-m', 'zipfile', '-e', 'b.zip', 'b'], { cwd: folder });
  const env = { PATH: process.env['PATH'] };
  for (const [command, file] of [
    [process.execPath, 'verify.mjs'],
    ['python3', 'verify.py'],
  ] as const) {
    const run = (...args: string[]) =>
      spawnSync(command, [file, ...args], { cwd: join(folder, 'b'), env, encoding: 'utf8' });
    expect([run().status, run().stdout]).toEqual([0, expect.stringContaining('No findings.')]);
    expect(run('../b.zip').status).toBe(0);
    const { stdout, status } = run('--json', '--key', 'a'.repeat(64));
    expect(status).toBe(1);
    expect((JSON.parse(stdout) as { findings: object[] }).findings).toEqual([
      expect.objectContaining({ code: 'signature-untrusted' }),
    ]);
    expect(run('verify.py').status).toBe(2);
  }
});

test('however an export ends, no partial bundle is left under its name', async () => {
  const folder = tempFolder();
  const run = hugeRun(join(runs, 'pair/sequential'), folder, 2 ** 28);
  const path = join(folder, 'b.zip');
  // A full disk.
  symlinkSync('/dev/full', `${path}.part`);
  const full = await lab(['export', runs, '-o', path]);
  expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('disk is full')]);
  expect(readdirSync(folder)).toEqual(['huge']);
  // A folder that is not there.
  const lost = await lab(['export', runs, '-o', join(folder, 'no/b.zip')]);
  expect([lost.code, lost.stderr]).toEqual([2, expect.stringContaining('could not be written')]);
  // Killed, over an older bundle.
  await exported([runs, '-o', path]);
  const old = readFileSync(path);
  for (const milliseconds of [200, 500, 900, 1_400]) {
    const child = spawn(process.execPath, [
      `${distFolder}/electron/lab.cjs`,
      'export',
      run,
      '-o',
      path,
    ]);
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await sleep(milliseconds);
    child.kill('SIGKILL');
    await ended;
    const isOld = readFileSync(path).equals(old);
    expect(isOld || verifiedNow(path).findings.length === 0).toBe(true);
  }
  // Asked to stop.
  const child = spawn(process.execPath, [
    `${distFolder}/electron/lab.cjs`,
    'export',
    run,
    '-o',
    join(folder, 'stopped.zip'),
  ]);
  const code = new Promise((resolve) => child.on('exit', resolve));
  // Before it writes, nobody listens to the signal.
  while (!existsSync(join(folder, 'stopped.zip.part'))) await sleep(5);
  child.kill('SIGTERM');
  expect(await code).toBe(130);
  expect(existsSync(join(folder, 'stopped.zip'))).toBe(false);
  expect(existsSync(join(folder, 'stopped.zip.part'))).toBe(false);
});

test('a thread that exports is stopped, and leaves nothing', async () => {
  const folder = tempFolder();
  const path = join(folder, 'b.zip');
  const abort = new AbortController();
  const done: number[] = [];
  const work = inWorker(
    `${distFolder}/electron/worker.cjs`,
    {
      kind: 'export',
      folders: [hugeRun(join(runs, 'pair/sequential'), folder, 2 ** 28)],
      path,
      data: 'hash',
      privateKey: null,
      datasetsFolder: '',
      version: '0',
      verifiers: {
        node: `${distFolder}/electron/verify.mjs`,
        python: `${distFolder}/electron/verify.py`,
      },
    },
    abort.signal,
    (bytes, total) => {
      done.push(bytes / total);
      if (bytes > total / 2) abort.abort();
    },
  );
  await expect(work).rejects.toMatchObject({ code: 'stopped' });
  expect(done.length).toBeGreaterThan(10);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(readdirSync(folder)).toEqual(['huge']);
});

test('what is not a run is refused by name', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'empty'));
  for (const [args, words] of [
    [[join(folder, 'none'), '-o', 'b.zip'], 'There is no folder'],
    [[join(folder, 'empty'), '-o', 'b.zip'], 'holds no run.json'],
    [[runs], 'needs -o'],
    [
      [runs, '-o', join(folder, 'b.zip'), '--key', join(runs, '../pair.json')],
      'not an Ed25519 private key',
    ],
  ] as const) {
    const { code, stderr } = await lab(['export', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  }
});
