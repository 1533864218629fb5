// @ts-check
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWith, ensureCompiled, root } from './bootstrap/ensure.mjs';

const usage = `usage: npm run bench -- trainer [options]
       npm run bench -- leaks [STEPS]     tensor count and memory over 200,000 steps
       npm run bench -- builder           milliseconds an edit of a network of 300 layers
       npm run bench -- window            how the window does while 12,500 epochs are trained
       npm run bench -- runs              milliseconds until 10,000 runs are shown
       npm run bench -- curves            milliseconds until curves of 1,000,000 steps are drawn
       npm run bench -- data              seconds until the first step on tables, arrays, pictures
       npm run bench -- keras             what recording costs a fit of Keras
       npm run bench -- startup           milliseconds until the packaged app is usable, idle memory

  --quick         layers, graph and xla on the first net; the last line is the ratio layers/xla
  --json          the last line is {"summary": ratios}
  --no-peers      our engines alone
  --torch         PyTorch too
  --threads N     threads of every engine (default 2)
  --nets TEXT     only nets whose name contains TEXT
  --engines LIST  only these
  --rounds N      timed rounds (default 21)
  --plot FILE     draws the run as an SVG picture
`;

async function main() {
  const [what, ...args] = process.argv.slice(2);
  if (what === 'leaks') {
    await ensureCompiled();
    return run('benchLeaks', args);
  }
  if (what === 'builder') {
    await ensureCompiled();
    const { benchBuilder } = await import('./bench/builder.mjs');
    return benchBuilder();
  }
  if (what === 'window') {
    await ensureCompiled();
    const { benchWindow } = await import('./bench/window.mjs');
    return benchWindow();
  }
  if (what === 'runs') {
    await ensureCompiled();
    const { benchRuns } = await import('./bench/runs.mjs');
    return benchRuns();
  }
  if (what === 'curves') {
    await ensureCompiled();
    const { benchCurves } = await import('./bench/curves.mjs');
    return benchCurves();
  }
  if (what === 'data') {
    await ensureCompiled();
    const { benchData } = await import('./bench/data.mjs');
    return benchData();
  }
  if (what === 'keras') {
    const { benchKeras } = await import('./bench/keras.mjs');
    return benchKeras();
  }
  if (what === 'startup') {
    const { benchStartup } = await import('./bench/startup.mjs');
    return benchStartup();
  }
  if (what !== 'trainer') {
    process.stderr.write(usage);
    process.exit(2);
  }
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: true },
      torch: { type: 'boolean', default: false },
      threads: { type: 'string' },
      nets: { type: 'string' },
      engines: { type: 'string' },
      rounds: { type: 'string' },
      plot: { type: 'string' },
    },
  });
  await ensureCompiled();
  const options = ['json', 'quick'].flatMap((name) =>
    values[/** @type {'json' | 'quick'} */ (name)] ? [`--${name}`] : [],
  );
  for (const name of /** @type {const} */ (['threads', 'nets', 'engines', 'rounds', 'plot'])) {
    const value = values[name];
    if (value !== undefined) options.push(`--${name}`, value);
  }
  if (values.peers && !values.quick) {
    const { ensureVenv } = await import('./bootstrap/pythonVenv.mjs');
    const python = await ensureVenv({
      name: 'bench',
      requirements: join(root, 'build/bench/requirements.txt'),
      // Not pinned: it brings gigabytes, and is installed only when asked for.
      extra: values.torch ? ['torch==2.15.0'] : [],
      what: `Keras, TensorFlow and JAX for the bench (600 MB${values.torch ? ', torch 3 GB' : ''})`,
    });
    options.push('--python', python);
    options.push('--script', join(root, 'build/bench/peers.py'));
    const peers = ['keras-tf', 'keras-jax', 'tf-loop', 'jax-jit', 'jax-scan'];
    options.push('--peers', [...peers, ...(values.torch ? ['torch'] : [])].join());
  }
  run('benchTrainer', options);
}

/** @param {string} part of what is compiled @param {readonly string[]} args */
function run(part, args) {
  const file = join(root, 'dist/electron', `${part}.cjs`);
  const bench = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
  bench.on('exit', (code) => process.exit(code ?? 1));
}

main().catch(endWith);
