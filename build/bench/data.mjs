// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import seedrandom from 'seedrandom';
import { root } from '../bootstrap/ensure.mjs';
import { processFamily } from '../processFamily.mjs';

const LAB = join(root, 'dist/electron/lab.cjs');
const ROUNDS = 3;
const MIB = 2 ** 20;

/**
 * How long it takes from the command to the first step of both styles, with nothing kept (cold) and with
 * the prepared data of an earlier start (warm); what reading takes in memory above a run on Iris; and
 * reading a CSV file of 470 MiB beside DuckDB's own import of it. One JSON line each.
 */
export async function benchData() {
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-bench-'));
  try {
    const csv = join(folder, 'rows.csv');
    writeCsv(csv, 200_000, 50);
    const csvSource = { kind: 'csv', path: csv, label: 'kind' };
    const csvNet = network([50], 3);
    await firstSteps(folder, 'csv-200000x50', csvSource, csvNet);
    // In one mode: a compiler takes more than the data.
    await memory(folder, csvSource, { ...csvNet, engine: 'graph' }, 200_000 * 50 * 4);
    await firstSteps(folder, 'mnist-npy', mnist(folder), network([28, 28], 10));
    const images = pictures(folder, 20_000);
    await firstSteps(folder, 'png-20000', images, network([32, 32, 3], 10));
    const large = join(folder, 'large.csv');
    writeCsv(large, Math.round((470 * MIB) / (statSync(csv).size / 200_000)), 50);
    besideDuckDb(folder, large);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {string} name @param {object} data @param {object} net */
async function firstSteps(folder, name, data, net) {
  /** @type {{ cold: number[], warm: number[] }} */
  const seconds = { cold: [], warm: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const cache = join(folder, `cache-${name}-${round}`);
    seconds.cold.push(await firstStep(folder, data, net, cache));
    seconds.warm.push(await firstStep(folder, data, net, cache));
    rmSync(cache, { recursive: true, force: true });
  }
  say({ data: name, coldSeconds: median(seconds.cold), warmSeconds: median(seconds.warm) });
}

/**
 * Seconds until both styles have recorded their first step.
 * @param {string} folder @param {object} data @param {object} net @param {string} cache
 */
async function firstStep(folder, data, net, cache) {
  const out = mkdtempSync(join(folder, 'out-'));
  const started = performance.now();
  const child = start(folder, data, net, cache, out);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const losses = () =>
    ['sequential', 'subclass'].every((style) => {
      const [name = ''] = readdirSync(out);
      return sizeOf(join(out, name, style, 'losses.f32')) > 0;
    });
  while (!losses() && child.exitCode === null) await soon(5);
  const seconds = (performance.now() - started) / 1_000;
  if (!losses()) throw new Error('The training ended before its first step');
  child.kill('SIGINT');
  await ended;
  rmSync(out, { recursive: true, force: true });
  return seconds;
}

/**
 * The largest process while the data is read and trained on, above the same with Iris.
 * @param {string} folder @param {object} data @param {object} net @param {number} arrayBytes
 */
async function memory(folder, data, net, arrayBytes) {
  const iris = { kind: 'builtin', name: 'iris' };
  const before = await peak(folder, iris, { ...network([4], 3), engine: 'graph' });
  const own = await peak(folder, data, net);
  const extra = Math.max(...own.map((bytes, at) => bytes - (before[at] ?? 0)));
  say({
    data: 'csv-200000x50',
    peakOverIrisMiB: round(extra / MIB),
    timesTheArray: round(extra / arrayBytes),
  });
}

/**
 * Peak memory of the command and of its training process, in bytes.
 * @param {string} folder @param {object} data @param {object} net
 */
async function peak(folder, data, net) {
  const out = mkdtempSync(join(folder, 'out-'));
  const cache = join(folder, 'cache-memory');
  const child = start(folder, data, net, cache, out);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const most = [0, 0];
  while (child.exitCode === null && child.signalCode === null) {
    for (const { pid } of processFamily(child.pid ?? 0)) {
      const place = pid === child.pid ? 0 : 1;
      most[place] = Math.max(most[place] ?? 0, peakOf(pid));
    }
    await soon(20);
  }
  await ended;
  rmSync(out, { recursive: true, force: true });
  rmSync(cache, { recursive: true, force: true });
  return most;
}

/** @param {number} pid */
function peakOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/** @param {string} folder @param {string} path */
function besideDuckDb(folder, path) {
  /** @type {number[]} */
  const ours = [];
  /** @type {number[]} */
  const theirs = [];
  const script = `
    const { DuckDBInstance } = require(${JSON.stringify(createRequire(import.meta.url).resolve('@duckdb/node-api'))});
    (async () => {
      const database = await DuckDBInstance.create(':memory:');
      const connection = await database.connect();
      await connection.run("CREATE TABLE t AS SELECT * FROM read_csv('${path}')");
    })();`;
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(timed(['-e', script], {}));
    const cache = join(folder, 'cache-large');
    ours.push(timed([LAB, 'data', path], { TWINTRAIN_DATA_CACHE: cache }));
    rmSync(cache, { recursive: true, force: true });
  }
  const ratios = ours.map((own, at) => own / (theirs[at] ?? NaN));
  say({
    data: 'csv-470-MiB',
    seconds: median(ours),
    duckDbSeconds: median(theirs),
    ratio: median(ratios),
  });
}

/** @param {readonly string[]} args @param {Record<string, string>} env */
function timed(args, env) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - started) / 1_000;
}

/** @param {string} folder @param {object} data @param {object} net @param {string} cache @param {string} out */
function start(folder, data, net, cache, out) {
  const project = join(folder, 'project.json');
  writeFileSync(project, JSON.stringify({ ...net, data }));
  return spawn(process.execPath, [LAB, 'run', project, '--out', out], {
    stdio: 'ignore',
    env: { ...process.env, TWINTRAIN_DATA_CACHE: cache },
  });
}

/** @param {readonly number[]} inputShape @param {number} classes */
function network(inputShape, classes) {
  const layers = [
    ...(inputShape.length > 1 ? [{ id: 'flatten', kind: 'flatten' }] : []),
    { id: 'hidden', kind: 'dense', units: 32, activation: 'relu' },
    { id: 'output', kind: 'dense', units: classes, activation: 'softmax' },
  ];
  const calls = layers.map(({ id }, at) => ({
    name: id,
    layer: id,
    inputs: [layers[at - 1]?.id ?? 'input'],
  }));
  return {
    twintrain: 'project',
    version: 1,
    name: 'data',
    architectures: [
      { style: 'sequential', inputShape, layers },
      { style: 'subclass', inputShape, members: layers, calls },
    ],
    training: { batchSize: 256, epochs: 3 },
    randomness: { regime: 'controlled', seed: '0' },
  };
}

/** @param {string} path @param {number} rows @param {number} columns */
function writeCsv(path, rows, columns) {
  const random = seedrandom('csv');
  const file = openSync(path, 'w');
  const names = Array.from({ length: columns }, (_, at) => `x${at}`);
  let lines = [[...names, 'kind'].join()];
  for (let row = 0; row < rows; row++) {
    const cells = names.map(() => (random() * 4 - 2).toFixed(6));
    lines.push([...cells, 'abc'[row % 3]].join());
    if (lines.length < 10_000 && row + 1 < rows) continue;
    writeSync(file, `${lines.join('\n')}\n`);
    lines = [];
  }
  closeSync(file);
}

/** @param {string} folder */
function mnist(folder) {
  const random = seedrandom('mnist');
  const [path, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')];
  const bytes = (/** @type {number} */ count, /** @type {number} */ most) =>
    Uint8Array.from({ length: count }, () => Math.floor(random() * most));
  writeNpy(path, [60_000, 28, 28], bytes(60_000 * 784, 256));
  writeNpy(labels, [60_000], bytes(60_000, 10));
  return { kind: 'npy', path, labels };
}

/** @param {string} path @param {readonly number[]} shape @param {Uint8Array} values */
function writeNpy(path, shape, values) {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = Buffer.from(`${text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11)}\n`);
  const size = Buffer.from([
    0x93,
    ...Buffer.from('NUMPY'),
    1,
    0,
    header.length & 255,
    header.length >> 8,
  ]);
  writeFileSync(path, Buffer.concat([size, header, values]));
}

/** @param {string} folder @param {number} count */
function pictures(folder, count) {
  const random = seedrandom('pictures');
  const path = join(folder, 'pictures');
  for (let index = 0; index < count; index++) {
    const own = join(path, `class${index % 10}`);
    mkdirSync(own, { recursive: true });
    const data = Uint8Array.from({ length: 32 * 32 * 3 }, () => Math.floor(random() * 256));
    writeFileSync(join(own, `${index}.png`), encode({ width: 32, height: 32, channels: 3, data }));
  }
  return { kind: 'images', path, width: 32, height: 32, channels: 3 };
}

/** @param {string} path */
function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** @param {readonly number[]} values */
function median(values) {
  return round([...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN);
}

/** @param {number} value */
function round(value) {
  return Number(value.toPrecision(3));
}

/** @param {object} line */
function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** @param {number} ms @returns {Promise<void>} */
function soon(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
