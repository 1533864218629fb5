import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { spawnSync } from 'node:child_process';
import { download, findOnIndex, type Download, type Get } from '../../electron/runtime/download';
import { Runtime } from '../../electron/runtime/runtime';
import { unpackRuntime } from '../../electron/runtime/unpackRuntime';
import { distFolder } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

/** Node's own client in place of Chromium's. */
const get: Get = (url, headers, signal) =>
  new Promise((resolve, reject) => {
    request(url, { headers, signal }, (response) =>
      resolve({
        status: response.statusCode ?? 0,
        header: (name) => response.headers[name]?.toString(),
        body: response,
      }),
    )
      .on('error', reject)
      .end();
  });

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const FILE = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
const SHA256 = createHash('sha256').update(FILE).digest('hex');

/** An index with one file, that sends at most `most` bytes per response, or ignores ranges. */
async function serve(most: number, how: { ranges: boolean; bytes?: Buffer }) {
  const ranges: (string | undefined)[] = [];
  const bytes = how.bytes ?? FILE;
  server = createServer((asked, answer) => {
    if (asked.url === '/simple/tf/') {
      answer.end(
        '<a href="../../files/a%2Bb/other.whl">x</a><a\nhref="/files/tf.whl#sha256=1">tf</a>',
      );
      return;
    }
    if (asked.url !== '/files/tf.whl') {
      answer.writeHead(404).end();
      return;
    }
    ranges.push(asked.headers.range);
    const start = how.ranges ? Number(/bytes=(\d+)-/.exec(asked.headers.range ?? '')?.[1] ?? 0) : 0;
    const rest = bytes.subarray(start);
    answer.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length });
    answer.write(rest.subarray(0, most));
    if (rest.length > most) setTimeout(() => answer.destroy(), 50);
    else answer.end();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { base, ranges };
}

const ports = (signal = new AbortController().signal): Download & { progress: number[] } => {
  const progress: number[] = [];
  return { get, signal, onProgress: (done) => progress.push(done), progress };
};

test('a file is found on an index, and a missing one is named', async () => {
  const { base } = await serve(1e9, { ranges: true });
  expect(await findOnIndex(`${base}/simple`, 'tf', 'tf.whl', ports())).toBe(
    `${base}/files/tf.whl#sha256=1`,
  );
  await expect(findOnIndex(`${base}/simple/`, 'tf', 'no.whl', ports())).rejects.toThrow(
    'has no no.whl',
  );
  await expect(findOnIndex(`${base}/none`, 'tf', 'tf.whl', ports())).rejects.toThrow(
    'answered 404',
  );
  await expect(
    findOnIndex('http://127.0.0.1:1/simple', 'tf', 'tf.whl', ports()),
  ).rejects.toMatchObject({
    code: 'download-failed',
  });
});

test('an interrupted download goes on where it ended, until its sha256 is right', async () => {
  const { base, ranges } = await serve(40_000, { ranges: true });
  const path = join(tempFolder(), 'tf.whl');
  const attempt = () => download(`${base}/files/tf.whl`, SHA256, path, ports());
  await expect(attempt()).rejects.toMatchObject({ code: 'download-failed' });
  expect(existsSync(path)).toBe(false);
  await expect(attempt()).rejects.toMatchObject({ code: 'download-failed' });
  await attempt();
  expect(ranges).toEqual([undefined, 'bytes=40000-', 'bytes=80000-']);
  expect(readFileSync(path).equals(FILE)).toBe(true);
  expect(existsSync(`${path}.part`)).toBe(false);
});

test('without ranges a download starts over; a part of another file is discarded', async () => {
  const { base } = await serve(1e9, { ranges: false });
  const path = join(tempFolder(), 'tf.whl');
  writeFileSync(`${path}.part`, FILE.subarray(0, 1_000));
  await download(`${base}/files/tf.whl`, SHA256, path, ports());
  expect(readFileSync(path).equals(FILE)).toBe(true);
});

test('another content is refused and not kept', async () => {
  const { base } = await serve(1e9, { ranges: true, bytes: Buffer.from('something else') });
  const path = join(tempFolder(), 'tf.whl');
  await expect(download(`${base}/files/tf.whl`, SHA256, path, ports())).rejects.toThrow(
    'sha256 is',
  );
  expect([existsSync(path), existsSync(`${path}.part`)]).toEqual([false, false]);
});

test('a stopped download says so and keeps what came', async () => {
  const { base } = await serve(40_000, { ranges: true });
  const path = join(tempFolder(), 'tf.whl');
  const abort = new AbortController();
  const own = { ...ports(abort.signal), onProgress: () => abort.abort() };
  await expect(download(`${base}/files/tf.whl`, SHA256, path, own)).rejects.toMatchObject({
    code: 'stopped',
  });
  expect(readFileSync(`${path}.part`).length).toBeGreaterThan(0);
});

/** A zip with these files. */
function wheel(path: string, files: Readonly<Record<string, string>>): string {
  spawnSync('python3', [
    '-c',
    'import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:\n    [z.writestr(k, v) for k, v in json.loads(sys.argv[2]).items()]',
    path,
    JSON.stringify(files),
  ]);
  return path;
}

const tensorflow = {
  'tensorflow/libtensorflow_cc.so.2': 'cc',
  'tensorflow/python/other.py': 'no',
  'tensorflow/libtensorflow_framework.so.2': 'framework',
};
const cublas = {
  'nvidia/cublas/lib/libcublas.so.12': 'cublas',
  'nvidia/cublas/include/cublas.h': 'no',
  'nvidia/cublas/lib/deeper/libx.so': 'no',
};
const nvcc = {
  'nvidia/cuda_nvcc/bin/ptxas': 'ptxas',
  'nvidia/cuda_nvcc/bin/other': 'no',
  'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc': 'device',
};

test('the libraries of a wheel are put beside the binding, whole or not at all', async () => {
  const folder = tempFolder();
  const binding = join(folder, 'binding.node');
  writeFileSync(binding, 'binding');
  const escaping = wheel(join(folder, 'bad.whl'), { ...tensorflow, '../escape': 'no' });
  const runtime = join(folder, 'runtime');
  // A name that leads out of the archive is refused by the reader itself.
  await expect(unpackRuntime([escaping], binding, runtime)).rejects.toThrow();
  expect(existsSync(runtime)).toBe(false);
  const good = wheel(join(folder, 'good.whl'), tensorflow);
  await unpackRuntime([good], binding, runtime);
  expect(readFileSync(join(runtime, 'libtensorflow_cc.so.2'), 'utf8')).toBe('cc');
  expect(readFileSync(join(runtime, 'tfjs_binding.node'), 'utf8')).toBe('binding');
  const half = wheel(join(folder, 'half.whl'), { 'tensorflow/libtensorflow_cc.so.2': 'cc' });
  await expect(unpackRuntime([half], binding, join(folder, 'b'))).rejects.toThrow(
    'has no libtensorflow_framework.so.2',
  );
  expect([existsSync(join(folder, 'b')), existsSync(join(folder, 'b.part'))]).toEqual([
    false,
    false,
  ]);
});

/** A package's places, with wheels of our own in place of the real ones. */
function packageIn(folder: string) {
  const wheels = { 'tf.whl': tensorflow, 'cublas.whl': cublas, 'nvcc.whl': nvcc };
  const pins = Object.entries(wheels).map(([file, content]) => {
    const bytes = readFileSync(wheel(join(folder, file), content));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { project: file.replace('.whl', ''), file, sha256, downloadMiB: 1 };
  });
  const pin = join(folder, 'runtime.json');
  writeFileSync(
    pin,
    JSON.stringify({
      cpu: { version: '1', wheels: pins.slice(0, 1) },
      cuda: { version: '1', wheels: pins },
    }),
  );
  const resources = join(folder, 'resources');
  mkdirSync(join(resources, 'binding'), { recursive: true });
  writeFileSync(join(resources, 'binding/tfjs_binding.node'), 'binding');
  return {
    resources,
    userData: join(folder, 'data'),
    code: `${distFolder}/electron`,
    pin,
    index: 'http://127.0.0.1:1/simple',
    driver: join(folder, 'driver'),
  };
}

test('one setting chooses between CPU and graphics card, and is kept', async () => {
  const folder = tempFolder();
  const places = packageIn(folder);
  mkdirSync(places.userData);
  const runtime = new Runtime(places, get);
  expect(runtime.state).toMatchObject({
    device: 'cpu',
    driver: null,
    devices: [
      { device: 'cpu', isReady: false, files: ['tf.whl'], downloadMiB: 1 },
      { device: 'cuda', isReady: false, downloadMiB: 3 },
    ],
  });
  await runtime.take(join(folder, 'tf.whl'));
  expect(runtime.state.devices.map(({ isReady }) => isReady)).toEqual([true, false]);
  expect(Object.keys(runtime.variables())).toEqual(['TWINTRAIN_BINDING']);

  runtime.choose('cuda');
  expect(runtime.variables()).toEqual({});
  expect(() => runtime.assertReady()).toThrow(
    'TensorFlow for the NVIDIA card is not installed yet',
  );
  renameSync(join(folder, 'nvcc.whl'), join(folder, 'elsewhere.whl'));
  await expect(runtime.take(join(folder, 'tf.whl'))).rejects.toThrow('has no nvcc.whl');
  writeFileSync(join(folder, 'nvcc.whl'), 'another');
  await expect(runtime.take(join(folder, 'tf.whl'))).rejects.toThrow('its sha256 is');
  renameSync(join(folder, 'elsewhere.whl'), join(folder, 'nvcc.whl'));
  await runtime.take(join(folder, 'tf.whl'));
  runtime.assertReady();
  const variables = runtime.variables();
  const own = dirname(variables['TWINTRAIN_BINDING'] ?? '');
  expect(variables).toEqual({
    TWINTRAIN_BINDING: join(own, 'tfjs_binding.node'),
    LD_LIBRARY_PATH: expect.stringContaining(join(own, 'nvidia/cublas/lib')),
    XLA_FLAGS: `--xla_gpu_cuda_data_dir=${join(own, 'nvidia/cuda_nvcc')}`,
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  });
  const files = readdirSync(own, { recursive: true, withFileTypes: true });
  expect(
    files
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort(),
  ).toEqual([
    'libcublas.so.12',
    'libdevice.10.bc',
    'libtensorflow_cc.so.2',
    'libtensorflow_framework.so.2',
    'ptxas',
    'tfjs_binding.node',
  ]);
  expect(statSync(join(own, 'nvidia/cuda_nvcc/bin/ptxas')).mode & 0o111).not.toBe(0);

  writeFileSync(places.driver, 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  555.42\nGCC\n');
  expect(new Runtime(places, get).state).toMatchObject({
    device: 'cuda',
    driver: 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  555.42',
  });
});

test('a checkout has one runtime, that of the processor', () => {
  const folder = tempFolder();
  const runtime = new Runtime({ ...packageIn(folder), pin: join(folder, 'none.json') }, get);
  expect(runtime.state).toEqual({ device: 'cpu', devices: [], driver: null });
  expect(() => runtime.choose('cuda')).toThrow('A checkout trains only on the CPU');
});
