import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isFull } from '../../../build/fullTests.mjs';
import type { EngineEnvironment } from '../../../shared/engines/environment';
import { kerasBackends } from '../../../shared/engines/keras';
import type { ProtocolResult } from '../../../shared/protocols/protocolResult';
import { distFolder, lab } from '../../helpers/lab';
import { tempFolder } from '../../helpers/tempFolder';

const requirements = join(distFolder, 'keras/requirements');
const NIGHTLY = '3.16.0.dev2026102704';

/** `lab environments` in a cache of its own. */
async function environments(cache: string, ...args: readonly string[]) {
  const env = { ...process.env, TWINTRAIN_CACHE: cache };
  const { code, stdout, stderr } = await lab(['environments', ...args, '--json'], { env });
  const list = stdout.split('\n').filter(Boolean);
  return { code, stderr, list: list.map((line) => JSON.parse(line) as EngineEnvironment) };
}

test('nothing is installed at first, and what cannot be is refused with what to do', async () => {
  const cache = join(tempFolder(), 'cache');
  const { list } = await environments(cache);
  expect(
    list.map(({ engine, isInstalled, sizeBytes }) => [engine, isInstalled, sizeBytes]),
  ).toEqual(kerasBackends.map((backend) => [`keras-${backend}`, false, 0]));
  const [jax] = list;
  expect(jax?.pinned.map(({ name }) => name)).toEqual(['keras', 'jax', 'numpy']);
  const empty = tempFolder();
  const offline = await environments(cache, 'install', 'keras-jax', '--wheels', empty);
  expect([offline.code, offline.stderr]).toEqual([
    1,
    expect.stringMatching(/uv-.*\.whl is missing.*pip download --no-deps uv==/s),
  ]);
  const old = await environments(cache, 'use', 'keras-jax', '--keras', '2.15.0');
  expect([old.code, old.stderr]).toEqual([
    2,
    expect.stringContaining('--keras is not a release of Keras 3'),
  ]);
  const bare = await environments(cache, 'use', 'keras-jax', '--python', '/usr/bin/env');
  expect([bare.code, bare.stderr]).toEqual([
    1,
    expect.stringContaining('/usr/bin/env cannot train with Keras on jax'),
  ]);
  expect((await environments(cache)).list).toEqual(list);
});

test('without a network it says so, and what to do', async () => {
  const env = {
    ...process.env,
    TWINTRAIN_CACHE: tempFolder(),
    TWINTRAIN_INDEX: 'http://127.0.0.1:9/simple',
  };
  const { code, stderr } = await lab(['environments', 'install', 'keras-jax'], { env });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/127\.0\.0\.1:9\S* could not be fetched.*\n +What to do: Check/s),
  ]);
});

test('choices that cannot be read are named, and nothing is trained on another Python', async () => {
  const cache = tempFolder();
  writeFileSync(join(cache, 'environments.json'), '{"version":1,"choices":{"jax":');
  const env = { ...process.env, TWINTRAIN_CACHE: cache };
  const { code, stderr } = await lab(['article', '--engine', 'keras-jax'], { env });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/environments\.json cannot be read/)]);
});

test.runIf(isFull)(
  'without a network: from a folder of wheels, whose hashes are checked',
  async () => {
    const folder = tempFolder();
    const wheels = join(folder, 'wheels');
    const pip = (...args: readonly string[]) =>
      spawnSync('python3', ['-m', 'pip', 'download', '-q', '-d', wheels, '--no-deps', ...args]);
    pip('uv==0.13.9');
    pip('--require-hashes', '--only-binary', ':all:', '-r', join(requirements, 'jax.txt'));
    const install = (cache: string, from: string) =>
      environments(join(folder, cache), 'install', 'keras-jax', '--wheels', from);
    const good = await install('good', wheels);
    expect([good.code, good.list[0]?.isInstalled]).toEqual([0, true]);
    // No process has to compile Keras first.
    const compiled = readdirSync(join(folder, 'good'), { recursive: true, encoding: 'utf8' });
    expect(compiled.some((path) => /keras\/__pycache__\/__init__\.[\w-]+\.pyc$/.test(path))).toBe(
      true,
    );

    const named = (start: string) =>
      join(wheels, readdirSync(wheels).find((name) => name.startsWith(start)) ?? start);
    const jaxlib = named('jaxlib-');
    const bytes = readFileSync(jaxlib);
    writeFileSync(jaxlib, readFileSync(named('scipy-')));
    const changed = await install('changed', wheels);
    expect([changed.code, changed.stderr]).toEqual([
      1,
      expect.stringMatching(/Hash mismatch for `jaxlib==.*pip download --require-hashes/s),
    ]);
    rmSync(jaxlib);
    const missing = await install('changed', wheels);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/jaxlib was not found/),
    ]);
    writeFileSync(jaxlib, bytes);
    const whole = await install('changed', wheels);
    expect(whole.list[0]?.isInstalled).toBe(true);
    // What an interrupted installation left is gone with it.
    expect(readdirSync(join(folder, 'changed')).sort()).toEqual([
      expect.stringMatching(/^keras-jax-[0-9a-f]{12}$/),
      expect.stringMatching(/^uv-/),
    ]);
  },
);

test.runIf(isFull)(
  'an installation that is interrupted continues from what it fetched',
  async () => {
    const cache = tempFolder();
    const env = { ...process.env, TWINTRAIN_CACHE: cache };
    const child = spawn(
      process.execPath,
      [join(distFolder, 'electron/lab.cjs'), 'environments', 'install', 'keras-jax'],
      { env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (piece: Buffer) => {
      const wasFetching = said.includes('fetching');
      said += piece.toString();
      // Once: a second one ends it without a word.
      if (!wasFetching && said.includes('fetching')) child.kill('SIGINT');
    });
    const [code] = (await once(child, 'close')) as [number];
    expect([code, said]).toEqual([130, expect.stringContaining('Installing Keras was stopped.')]);
    expect(existsSync(join(cache, 'keras-jax-uv-cache'))).toBe(true);
    const { list } = await environments(cache, 'install', 'keras-jax');
    expect(list[0]?.isInstalled).toBe(true);
    expect(existsSync(join(cache, 'keras-jax-uv-cache'))).toBe(false);
    // Removed, it leaves nothing but uv.
    await environments(cache, 'remove', 'keras-jax');
    expect(readdirSync(cache)).toEqual([expect.stringMatching(/^uv-/)]);
  },
);

test.runIf(isFull && process.getuid?.() === 0)(
  'a full disk is named, and room for it lets it continue',
  async () => {
    const cache = tempFolder();
    const mount = (size: string, ...options: readonly string[]) => {
      const words = ['-t', 'tmpfs', '-o', [`size=${size}`, ...options].join(), 'tmpfs', cache];
      return spawnSync('mount', words, { encoding: 'utf8' }).stderr;
    };
    expect(mount('120m')).toBe('');
    try {
      const full = await environments(cache, 'install', 'keras-jax');
      expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('The disk is full')]);
      expect(mount('1500m', 'remount')).toBe('');
      const { list } = await environments(cache, 'install', 'keras-jax');
      expect(list[0]?.isInstalled).toBe(true);
    } finally {
      spawnSync('umount', ['-l', cache]);
    }
  },
);

test.runIf(isFull).each(kerasBackends)(
  'a newer Keras on %s takes the order from the number of the epoch, and is shown to',
  async (backend) => {
    const engine = `keras-${backend}`;
    const shared =
      process.env['TWINTRAIN_CACHE'] ??
      join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'twintrain');
    // A cache of its own, with the environment that is there: links take no space.
    const cache = join(shared, `test-${engine}`);
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    await environments(shared, 'install', engine);
    for (const name of readdirSync(shared)) {
      if (!name.startsWith('uv-') && !new RegExp(`^${engine}-[0-9a-f]{12}$`).test(name)) continue;
      spawnSync('cp', ['-al', join(shared, name), join(cache, name)]);
    }
    try {
      await environments(cache, 'use', engine, '--keras', NIGHTLY);
      const installed = await environments(cache, 'install', engine);
      expect([installed.code, installed.stderr]).toEqual([0, expect.any(String)]);
      const out = tempFolder();
      const env = { ...process.env, TWINTRAIN_CACHE: cache };
      const args = ['--engine', engine, '--protocols', '1,2', '--epochs', '2', '--out', out];
      const { code, stdout } = await lab(['article', '--json', ...args], { env });
      const results = stdout.split('\n').filter(Boolean);
      const [first, second] = results.map((line) => JSON.parse(line) as ProtocolResult);
      expect(first).toMatchObject({
        expected: null,
        verdict: 'different',
        batchOrderEqual: true,
        engine: { keras: expect.stringContaining('3.16.0') as string },
      });
      expect(second).toMatchObject({ expected: null, verdict: 'exact' });
      expect(code).toBe(0);
      const orders = readFileSync(join(second?.runFolders[0] ?? '', 'batch-orders.jsonl'), 'utf8');
      expect(orders).toContain('epoch-number/shuffle');
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  },
);
