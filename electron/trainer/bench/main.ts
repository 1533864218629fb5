import { fork, type ChildProcess } from 'node:child_process';
import { trainerEnvironment } from '../../trainerEnvironment';
import { makeSubject, nets, subjects, type Net, type Subject } from './subjects';

/**
 * Times every engine on every net: each in a process of its own (so that memory is its own), in
 * interleaved rounds (so that a slow moment of the machine meets all), medians of the rounds.
 */
interface Row {
  readonly net: string;
  readonly engine: Subject;
  readonly msPerStep: number;
  readonly firstCallMs: number;
  readonly rssMiB: number;
}

interface Answer {
  readonly ms: number;
  readonly rssMiB: number;
}

async function serve(subject: Subject, net: Net): Promise<void> {
  const startedAt = performance.now();
  const round = makeSubject(subject, net);
  process.on('message', (steps: number) => {
    const before = performance.now();
    void round(steps).then(() => {
      const answer: Answer = {
        ms: performance.now() - before,
        rssMiB: process.memoryUsage().rss / 2 ** 20,
      };
      process.send?.(answer);
    });
  });
  await round(1);
  process.send?.({ ms: performance.now() - startedAt, rssMiB: 0 } satisfies Answer);
}

function nextAnswer(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`A bench process ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as Answer);
    });
  });
}

async function measure(net: Net, chosen: readonly Subject[], rounds: number): Promise<Row[]> {
  // As a training process starts: one thread for all alike.
  const env = trainerEnvironment(process.env, { threads: 1, onednn: false });
  const runners = [];
  for (const engine of chosen) {
    const child = fork(__filename, ['--serve', engine, net.name], { env });
    const { ms: firstCallMs } = await nextAnswer(child);
    runners.push({ engine, child, firstCallMs, times: [] as number[], rssMiB: 0 });
  }
  const stepsOf = (engine: Subject) =>
    engine === 'layers' || engine === 'eager' ? Math.min(net.steps, 128) : net.steps;
  for (let round = 0; round <= rounds; round++) {
    for (const runner of runners) {
      const steps = stepsOf(runner.engine);
      runner.child.send(steps);
      const { ms, rssMiB } = await nextAnswer(runner.child);
      // Round 0 warms up.
      if (round > 0) runner.times.push(ms / steps);
      runner.rssMiB = rssMiB;
    }
  }
  for (const { child } of runners) child.kill();
  return runners.map(({ engine, firstCallMs, times, rssMiB }) => ({
    net: net.name,
    engine,
    msPerStep: median(times),
    firstCallMs: Math.round(firstCallMs),
    rssMiB: Math.round(rssMiB),
  }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

async function main(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick');
  const chosen: readonly Subject[] = isQuick ? ['layers', 'graph', 'xla'] : subjects;
  const ratios: Record<string, number> = {};
  for (const net of isQuick ? nets.slice(0, 1) : nets) {
    const rows = await measure(net, chosen, isQuick ? 7 : 9);
    for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
    const msOf = (engine: Subject) => rows.find((row) => row.engine === engine)?.msPerStep ?? NaN;
    for (const engine of chosen.filter((own) => own !== 'layers')) {
      ratios[`${net.name}: layers/${engine}`] = Number((msOf('layers') / msOf(engine)).toFixed(2));
    }
  }
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ summary: ratios })}\n`);
  if (isQuick) process.stdout.write(`${ratios[`${nets[0]?.name}: layers/xla`]}\n`);
  else if (!args.includes('--json')) {
    for (const [what, ratio] of Object.entries(ratios))
      process.stdout.write(`${what} = ${ratio}\n`);
  }
}

const [first, subject, netName] = process.argv.slice(2);
if (first === '--serve') {
  void serve(subject as Subject, nets.find(({ name }) => name === netName) as Net);
} else {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`bench: ${String(error)}\n`);
    process.exit(1);
  });
}
