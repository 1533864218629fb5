import { parseArgs } from 'node:util';
import { trainerEnvironment } from '../childEnvironment';
import type { TfjsMode } from '../../../../shared/engines/tfjs';
import { nets, type Net } from './nets';
import { Runner } from './runner';
import { subjects, type Subject } from './engines';
import { writePlot } from './plot';
import { median, summaryOf, type Timing } from './summary';

/**
 * Times every engine on every net: each in a process of its own (so that memory is its own), in
 * interleaved rounds (so that a slow moment of the machine affects all), medians of the rounds. Every
 * other round runs in reverse, so that no engine always follows the same one.
 */
interface Plan {
  readonly nets: readonly Net[];
  readonly engines: readonly string[];
  readonly rounds: number;
  readonly threads: number;
  readonly onednn: boolean;
  /** The Python that has the peers' libraries, and the script that trains with them. */
  readonly python: { readonly executable: string; readonly script: string } | null;
}

async function measure(net: Net, plan: Plan): Promise<Timing[]> {
  const runners: { runner: Runner; firstCallMs: number; rounds: number[]; rssMiB: number }[] = [];
  try {
    // Engines that are compared closely run next to each other.
    for (const engine of [...plan.engines].sort((a, b) => Number(isSlow(b)) - Number(isSlow(a)))) {
      const runner = start(engine, net, plan);
      const { ms: firstCallMs } = await runner.answer();
      runners.push({ runner, firstCallMs, rounds: [], rssMiB: 0 });
    }
    for (let round = -WARM_UP; round < plan.rounds; round++) {
      for (const own of round % 2 === 0 ? runners : [...runners].reverse()) {
        const steps = stepsOf(own.runner.engine, net);
        // Not timed: the one before leaves caches cold and its threads spinning for a moment.
        if (!isSlow(own.runner.engine)) await own.runner.run(Math.ceil(steps / 8));
        const { ms, rssMiB } = await own.runner.run(steps);
        if (round >= 0) own.rounds.push(ms / steps);
        own.rssMiB = rssMiB;
      }
    }
  } finally {
    for (const { runner } of runners) runner.end();
  }
  return runners.map(({ runner, firstCallMs, rounds, rssMiB }) => ({
    row: {
      net: net.name,
      engine: runner.engine,
      msPerStep: Number(median(rounds).toPrecision(4)),
      firstCallMs: Math.round(firstCallMs),
      rssMiB: Math.round(rssMiB),
    },
    rounds,
  }));
}

/** Rounds that are not timed: compilers, JavaScript's too, are still at work in the first ones. */
const WARM_UP = 3;

/** Slow engines run only a part of a round's steps, enough to time them. */
function stepsOf(engine: string, { steps }: Net): number {
  return isSlow(engine) ? Math.max(8, Math.round(steps / 32)) : steps;
}

function isSlow(engine: string): boolean {
  return ['layers', 'eager', 'keras-tf', 'keras-jax'].includes(engine);
}

function start(engine: string, net: Net, { threads, onednn, python }: Plan): Runner {
  const mode = modeOf(engine, net);
  const own = trainerEnvironment(process.env, { threads, onednn }, mode, [net.architecture]);
  if (isSubject(engine)) {
    return new Runner(engine, process.execPath, [__filename, '--serve', engine, net.name], own);
  }
  if (python === null) throw new Error(`${engine} needs --python`);
  return new Runner(engine, python.executable, [python.script, engine, net.name], {
    ...own,
    KERAS_BACKEND: engine === 'keras-jax' ? 'jax' : 'tensorflow',
    OMP_NUM_THREADS: String(threads),
    // XLA's Eigen pool has one thread per processor that the process may use.
    BENCH_THREADS: String(threads),
    JAX_PLATFORMS: 'cpu',
    // Our flags are for our engines.
    XLA_FLAGS: '',
  });
}

/** A process is started as the app starts one of that mode. */
function modeOf(engine: string, { recordedMode }: Net): TfjsMode {
  if (engine === 'recorded') return recordedMode;
  return engine === 'graph' || engine === 'xla' ? engine : 'eager';
}

function isSubject(engine: string): engine is Subject {
  return (subjects as readonly string[]).includes(engine);
}

/** What the app's choice by measurement comes to: the faster compiled mode. */
function auto(timings: readonly Timing[]): Timing[] {
  const [best] = timings
    .filter(({ row: { engine } }) => engine === 'graph' || engine === 'xla')
    .sort((a, b) => a.row.msPerStep - b.row.msPerStep);
  return best === undefined ? [] : [{ ...best, row: { ...best.row, engine: 'auto' } }];
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      threads: { type: 'string', default: '2' },
      onednn: { type: 'boolean', default: true },
      nets: { type: 'string', default: '' },
      engines: { type: 'string', default: '' },
      rounds: { type: 'string', default: '21' },
      plot: { type: 'string' },
      python: { type: 'string' },
      peers: { type: 'string', default: '' },
      script: { type: 'string', default: '' },
    },
    allowNegative: true,
  });
  const listed = (text: string) => text.split(',').filter((part) => part !== '');
  const { python, quick } = values;
  const plan: Plan = {
    nets: quick
      ? nets.slice(0, 1)
      : nets.filter(({ name }) => listed(values.nets).every((part) => name.includes(part))),
    engines: quick
      ? ['layers', 'graph', 'xla']
      : values.engines === ''
        ? [...subjects, ...listed(values.peers)]
        : listed(values.engines),
    rounds: quick ? 7 : Number(values.rounds),
    threads: Number(values.threads),
    onednn: values.onednn,
    python: python === undefined ? null : { executable: python, script: values.script },
  };
  const timings: Timing[] = [];
  for (const net of plan.nets) {
    const own = await measure(net, plan);
    const all = [...own, ...auto(own)];
    for (const { row } of all) process.stdout.write(`${JSON.stringify(row)}\n`);
    timings.push(...all);
  }
  const rows = timings.map(({ row }) => row);
  if (values.plot !== undefined) writePlot(values.plot, rows);
  const summary = summaryOf(timings);
  if (values.json) process.stdout.write(`${JSON.stringify({ summary })}\n`);
  else if (!quick) {
    for (const [what, ratio] of Object.entries(summary))
      process.stdout.write(`${what} = ${ratio}\n`);
  }
  if (quick) process.stdout.write(`${summary[`${nets[0]?.name}: layers/xla`]}\n`);
}

const [first, subject, netName] = process.argv.slice(2);
if (first === '--serve') {
  // Loaded only here: the parent has no TensorFlow of its own.
  void import('./serve').then(({ serve }) =>
    serve(subject as Subject, nets.find(({ name }) => name === netName) as Net),
  );
} else {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
