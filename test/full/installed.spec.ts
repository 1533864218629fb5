import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  createReadStream,
  statSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chromium, expect, test, type Browser, type Page } from '@playwright/test';
import { cacheRoot, makeOnce } from '../../build/bootstrap/cache.mjs';
import { tensorflowWheel } from '../../build/bootstrap/pins.mjs';
import { downloadWheel } from '../../build/bootstrap/wheel.mjs';
import { cleanRoot } from '../../build/package/cleanRoot.mjs';
import { root } from '../e2e/launchApp';

/**
 * The package as a new user gets it: the release flavour of the .deb, in a Debian with nothing else,
 * started by an ordinary user. Fuses keep Playwright's own start out, so it looks in through Chromium's
 * debugging port.
 */
let clean = '';
let server: Server;
let browser: Browser | null = null;

const inRoot = (args: readonly string[], user = 'root') => {
  const { status, stdout, stderr } = spawnSync(
    'chroot',
    [
      ...(user === 'root' ? [] : [`--userspec=${user}:${user}`]),
      clean,
      '/usr/bin/env',
      '-i',
      `HOME=${user === 'root' ? '/root' : `/home/${user}`}`,
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'DEBIAN_FRONTEND=noninteractive',
      ...args,
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  return { status, stdout, output: `${stdout}${stderr}`.slice(-3_000) };
};

/** Wheels of Keras on JAX with uv, fetched once. */
function kerasWheels(): Promise<string> {
  const requirements = join(root, 'electron/engines/keras/requirements/jax.txt');
  const key = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  return makeOnce(join(cacheRoot(), `keras-jax-wheels-${key}`), async (work) => {
    const pip = ['-m', 'pip', 'download', '-q', '-d', work, '--no-deps'];
    const pinned = ['--require-hashes', '-r', requirements];
    // Those of the clean root's Python.
    const of = ['--only-binary', ':all:', '--python-version', '3.11'];
    for (const what of [['uv==0.13.9'], [...of, ...pinned]]) {
      const { status, stderr } = spawnSync('python3', [...pip, ...what], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    }
  });
}

/** A package index on loopback (PEP 503) with TensorFlow, uv and what Keras on JAX needs. */
async function serveWheels(): Promise<string> {
  const folder = await makeOnce(
    join(cacheRoot(), `wheel-${tensorflowWheel.sha256.slice(0, 12)}`),
    async (work) => {
      await downloadWheel(tensorflowWheel, work);
    },
  );
  const keras = await kerasWheels();
  const files = new Map(
    [
      join(folder, tensorflowWheel.file),
      ...readdirSync(keras).map((name) => join(keras, name)),
    ].map((file) => [basename(file), file]),
  );
  server = createServer((asked, answer) => {
    const name = decodeURIComponent(basename(asked.url ?? ''));
    const file = files.get(name);
    if (file === undefined) {
      const project = name.replaceAll('-', '_').toLowerCase();
      const own = [...files.keys()].filter((wheel) =>
        wheel.toLowerCase().startsWith(`${project}-`),
      );
      answer.writeHead(200, { 'content-type': 'text/html' });
      answer.end(own.map((wheel) => `<a href="/${wheel}">${wheel}</a>`).join('\n'));
      return;
    }
    answer.writeHead(200, { 'content-length': statSync(file).size });
    if (asked.method === 'HEAD') answer.end();
    else createReadStream(file).pipe(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
}

test.beforeAll(async () => {
  test.setTimeout(900_000);
  test.skip(process.getuid?.() !== 0, 'a clean root needs root');
  const made = spawnSync(process.execPath, ['build/package.mjs', 'deb'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([made.status, made.status === 0 ? '' : made.stdout + made.stderr]).toEqual([0, '']);
  clean = mkdtempSync(join(tmpdir(), 'twintrain-clean-'));
  spawnSync('cp', ['-a', `${await cleanRoot()}/.`, clean]);
  spawnSync('chmod', ['755', clean]);
  for (const [type, name] of [
    ['proc', 'proc'],
    ['sysfs', 'sys'],
    ['devtmpfs', 'dev'],
    ['tmpfs', 'dev/shm'],
  ] as const) {
    const bind = type === 'devtmpfs' ? ['--bind', '/dev'] : ['-t', type, type];
    mkdirSync(join(clean, name), { recursive: true });
    const { status, stderr } = spawnSync('mount', [...bind, join(clean, name)], {
      encoding: 'utf8',
    });
    expect([name, status, stderr]).toEqual([name, 0, '']);
  }
  cpSync('/etc/resolv.conf', join(clean, 'etc/resolv.conf'));
  cpSync('/etc/hosts', join(clean, 'etc/hosts'));
});

test.afterAll(async () => {
  await browser?.close().catch(() => {});
  server?.close();
  if (clean === '') return;
  endEverything();
  for (const name of ['dev/shm', 'dev', 'sys', 'proc'])
    spawnSync('umount', ['-l', join(clean, name)]);
  rmSync(clean, { recursive: true, force: true });
});

test('the .deb is installed, fetches its runtime, trains, exports, and is removed again', async () => {
  test.setTimeout(900_000);
  const deb = readdirSync(join(root, 'release')).find((name) => name.endsWith('.deb')) ?? '';
  cpSync(join(root, 'release', deb), join(clean, 'tmp', deb));
  expect(inRoot(['apt-get', 'update']).status).toBe(0);
  const before = filesOf('.');
  const installed = inRoot(['apt-get', 'install', '-y', '--no-install-recommends', `/tmp/${deb}`]);
  expect([installed.status, installed.output]).toEqual([0, expect.stringContaining('twintrain')]);
  expect(inRoot(['useradd', '-m', 'stranger']).status).toBe(0);

  const index = await serveWheels();
  const page = await startAs('stranger', index);
  await expect(page.getByText('TensorFlow is not installed yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Fetch it' }).click();
  await expect(page.getByText('TensorFlow is not installed yet.')).toHaveCount(0, {
    timeout: 300_000,
  });
  await page.getByLabel('Start from a template').selectOption('Article');
  const view = page.locator('.content:not([hidden])');
  await view.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(view.locator('.progress [role=status]').first()).toHaveText('Finished.', {
    timeout: 180_000,
  });
  await expect(view.locator('.verdict')).toContainText('exact');

  await view.getByRole('button', { name: 'Export bundle…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export a bundle' });
  await dialog.getByRole('button', { name: 'Export…' }).click();
  // GTK's own dialog: the name is filled in and waits for Enter.
  await expect(async () => {
    inRoot(
      [
        'env',
        `DISPLAY=${display}`,
        'XAUTHORITY=/tmp/xauth',
        'xdotool',
        'search',
        '--sync',
        '--onlyvisible',
        '--name',
        'Export a bundle',
        'windowfocus',
        '--sync',
        'key',
        'Return',
      ],
      'stranger',
    );
    await expect(dialog.getByText('Written to')).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 90_000 });
  const bundle = readdirSync(join(clean, 'home/stranger'), { recursive: true }).find((name) =>
    String(name).endsWith('.twintrain.zip'),
  );
  const packed = join(clean, 'home/stranger', String(bundle));
  const outside = mkdtempSync(join(tmpdir(), 'twintrain-outside-'));
  spawnSync('python3', ['-m', 'zipfile', '-e', packed, outside]);
  const { status, stdout } = spawnSync('python3', ['verify.py', packed], {
    cwd: outside,
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([0, expect.stringContaining('No findings.')]);

  // Keras on the Python of the system, which is installed as the message says.
  await dialog.getByRole('button', { name: 'Close' }).click();
  await view.getByLabel('Engine').selectOption('keras-jax');
  const run = view.getByRole('button', { name: 'Run', exact: true });
  const install = page.getByRole('button', { name: 'Install and run' });
  const question = page.getByRole('dialog', { name: 'Install first?' });
  await run.click();
  await install.click();
  await expect(question.getByRole('alert')).toContainText('apt install python3');
  expect(inRoot(['apt-get', 'install', '-y', '--no-install-recommends', 'python3']).status).toBe(0);
  await install.click();
  await expect(view.locator('aside')).toContainText('3.15.1', { timeout: 300_000 });
  await expect(view.locator('.progress [role=status]').first()).toHaveText('Finished.', {
    timeout: 180_000,
  });
  await expect(view.locator('.verdict')).toContainText('equal bit for bit');

  // The renderer is sandboxed: system calls are filtered, and it sees no other process.
  const processes = chromiumProcesses();
  const [main] = processes.filter(({ type }) => type === '');
  const [renderer] = processes.filter(({ type }) => type === 'renderer');
  expect(renderer?.seccomp).toBe('2');
  expect(renderer?.namespace).not.toBe(main?.namespace);
  expect(processes.some(({ words }) => words.includes('--no-sandbox'))).toBe(false);

  await browser?.close();
  endEverything();
  expect(inRoot(['apt-get', 'purge', '-y', 'twintrain']).status).toBe(0);
  expect(inRoot(['apt-get', 'autoremove', '--purge', '-y']).status).toBe(0);
  const left = filesOf('.').filter((name) => !before.includes(name));
  expect(
    left.filter(
      (name) =>
        /twintrain/i.test(name) &&
        !name.startsWith('./home/stranger/') &&
        !name.startsWith('./tmp/'),
    ),
  ).toEqual([]);
  expect(existsSync(join(clean, 'home/stranger/.config/Twintrain/runs'))).toBe(true);
});

let display = '';

/** Starts the installed program on an invisible display and looks into its window. */
async function startAs(user: string, index: string): Promise<Page> {
  display = ':77';
  const port = 9_377;
  const command = `xvfb-run -n 77 -f /tmp/xauth -s "-screen 0 1280x900x24" twintrain --remote-debugging-port=${port}`;
  spawn(
    'chroot',
    [
      `--userspec=${user}:${user}`,
      clean,
      '/usr/bin/env',
      '-i',
      `HOME=/home/${user}`,
      `TWINTRAIN_INDEX=${index}`,
      'PATH=/usr/bin:/bin',
      'LANG=C.UTF-8',
      'sh',
      '-c',
      `cd /home/${user} && exec ${command}`,
    ],
    { stdio: 'ignore' },
  );
  await expect(async () => {
    browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
    expect(browser.contexts()[0]?.pages().length).toBeGreaterThan(0);
  }).toPass({ timeout: 60_000 });
  return browser?.contexts()[0]?.pages()[0] as Page;
}

/** Kills whatever runs in the clean root. */
function endEverything(): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/root`) === clean) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

/** Files and folders of the clean root, without what the kernel shows. */
function filesOf(from: string): string[] {
  const { stdout } = spawnSync(
    'find',
    [
      from,
      '-xdev',
      '-path',
      './proc',
      '-prune',
      '-o',
      '-path',
      './sys',
      '-prune',
      '-o',
      '-path',
      './dev',
      '-prune',
      '-o',
      '-print',
    ],
    { cwd: clean, encoding: 'utf8', maxBuffer: 2 ** 27 },
  );
  return stdout.split('\n');
}

function chromiumProcesses() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').split(' ');
        // A sandboxed process has another root than the one it was started in.
        if (!/^(\/opt\/Twintrain\/)?twintrain$/.test(words[0] ?? '')) return [];
        const type = words.find((word) => word.startsWith('--type='))?.slice(7) ?? '';
        const seccomp = /^Seccomp:\s*(\d)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        return [{ words, type, seccomp, namespace: readlinkSync(`/proc/${pid}/ns/pid`) }];
      } catch {
        return [];
      }
    });
}
