import * as tf from '@tensorflow/tfjs-node-gpu';
import { trainingSchema } from '../../../../shared/training/trainingConfig';
import { makeEngine } from '../engine/makeEngine';
import { makeModel } from '../models/makeModel';
import { stepFeeds } from '../stepFeeds';
import { nets, someData, type Net } from './nets';

// `npm run bench -- leaks [STEPS]`
const STEPS = Number(process.argv[2] ?? 200_000);
const SAMPLES = 20;
if (!Number.isInteger(STEPS) || STEPS < SAMPLES) {
  process.stderr.write(`STEPS is a whole number, ${SAMPLES} or more, not "${process.argv[2]}".\n`);
  process.exit(2);
}
/** What allocators and the garbage collector may keep, whatever the number of steps. */
const ALLOWED_MIB = 24;

/**
 * Trains STEPS steps in one compiled mode and samples tensor count and resident memory on the
 * way. Returns whether the second half stays flat; the first is warm-up.
 */
function check(mode: 'graph' | 'xla', net: Net): boolean {
  const training = trainingSchema.parse({ batchSize: net.batchSize });
  const randomness = { regime: 'controlled', seed: 'leaks' } as const;
  const data = someData(net);
  const engine = makeEngine(mode, makeModel(net.architecture, randomness), training, () =>
    performance.now(),
  );
  engine.build(data);
  const feedOf = stepFeeds(randomness, training, engine.dropoutCalls);
  const samples: { tensors: number; rssMiB: number }[] = [];
  let step = 0;
  for (let sample = 1; sample <= SAMPLES; sample++) {
    while (step < (STEPS * sample) / SAMPLES) {
      const feeds = Array.from({ length: engine.stepsPerCall }, (_, index) =>
        feedOf(
          step + index + 1,
          Int32Array.from(
            { length: net.batchSize },
            (_own, at) => (step + index + at * 7) % data.rows,
          ),
        ),
      );
      engine.run(feeds);
      step += feeds.length;
    }
    const rssMiB = process.memoryUsage().rss / 2 ** 20;
    samples.push({ tensors: tf.memory().numTensors, rssMiB });
    process.stdout.write(
      `${JSON.stringify({ mode, step, tensors: samples.at(-1)?.tensors, rssMiB: Math.round(rssMiB) })}\n`,
    );
  }
  engine.dispose();
  const half = samples.slice(SAMPLES / 2);
  const rss = half.map(({ rssMiB }) => rssMiB);
  const isFlat =
    new Set(half.map(({ tensors }) => tensors)).size === 1 &&
    Math.max(...rss) - (rss[0] as number) < ALLOWED_MIB;
  process.stdout.write(`${mode}: ${isFlat ? 'flat' : 'GROWS'} over ${step} steps\n`);
  return isFlat;
}

const results = (['xla', 'graph'] as const).map((mode) => check(mode, nets[0] as Net));
process.exit(results.every(Boolean) ? 0 : 1);
