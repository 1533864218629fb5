import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nets, type Net } from '../../../electron/engines/tfjs/bench/nets';
import { asSubclass, layersOf, type Architecture } from '../../../shared/architecture/architecture';
import { asFunctional } from '../../../shared/architecture/bothStyles';
import type { LayerKind } from '../../../shared/architecture/layerCatalog';
import { optimiserSchema, type OptimiserConfig } from '../../../shared/training/trainingConfig';
import { randomBranches, randomSequential } from '../../helpers/randomArchitecture';
import { trainHere } from '../../helpers/trainHere';
import { ulps } from '../../../shared/lib/ulps';

const STEPS = 50;

/** TensorFlow's graph optimiser rewrites parts of these: x / sqrt(y), and constants in products. */
const rewrittenLayers: readonly LayerKind[] = ['batchNormalization', 'layerNormalization', 'gru'];
const rewrittenOptimisers: readonly OptimiserConfig['kind'][] = ['rmsprop', 'adagrad'];

const seeds = fc.nat(1_000_000);
const architectures: fc.Arbitrary<Architecture> = fc.oneof(
  seeds.map((seed) => randomSequential(seed)),
  seeds.map((seed) => asSubclass(randomSequential(seed))),
  seeds.map((seed) => randomBranches(seed)),
);
const optimisers = fc
  .constantFrom('sgd' as const, 'momentum', 'adam', 'rmsprop', 'adagrad')
  .map((kind) => optimiserSchema.parse({ kind, learningRate: 0.01 }));
// The same networks every time: how far rounding carries is a measured bound, not a law.
const fixed = { seed: 20_261_125 };

test(`the graph trains any network as eager does, over ${STEPS} steps`, () => {
  fc.assert(
    fc.property(architectures, optimisers, (architecture, optimiser) => {
      const options = { steps: STEPS, training: { optimiser } };
      const eager = trainHere(architecture, { engine: 'eager', ...options });
      const graph = trainHere(architecture, { engine: 'graph', ...options });
      const isRewritten =
        rewrittenOptimisers.includes(optimiser.kind) ||
        layersOf(architecture).some(({ kind }) => rewrittenLayers.includes(kind));
      if (!isRewritten) expect(graph).toEqual(eager);
      graph.results.forEach((loss, step) =>
        expect(ulps(loss, eager.results[step] as number)).toBeLessThanOrEqual(128),
      );
    }),
    { numRuns: 20, ...fixed },
  );
});

test('LeNet trains in the graph bit for bit as in eager', () => {
  const { architecture } = nets.find(({ name }) => name.startsWith('lenet')) as Net;
  const [eager, graph] = (['eager', 'graph'] as const).map((engine) =>
    trainHere(architecture, { engine, steps: STEPS, batchSize: 16 }),
  );
  expect(graph).toEqual(eager);
});

test('XLA trains any network within rounding of eager', () => {
  fc.assert(
    fc.property(architectures, (architecture) => {
      const optimiser = optimiserSchema.parse({ kind: 'momentum' });
      const options = { steps: STEPS, training: { optimiser } };
      const eager = trainHere(architecture, { engine: 'eager', ...options });
      const xla = trainHere(architecture, { engine: 'xla', ...options });
      xla.results.forEach((loss, step) =>
        expect(Math.abs(loss - (eager.results[step] as number))).toBeLessThan(1e-5),
      );
    }),
    { numRuns: 6, ...fixed },
  );
});

const pairs = {
  graph: (seed: number) => {
    const subclass = randomBranches(seed);
    return [subclass, asFunctional(subclass)];
  },
  Sequential: (seed: number) => {
    const sequential = randomSequential(seed);
    return [sequential, asSubclass(sequential)];
  },
} as const;

test.each([
  ['graph', 5],
  ['Sequential', 10],
] as const)('both styles of any %s give the same run, bit for bit', (kind, numRuns) => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const [own, other] = pairs[kind](seed).map((architecture) =>
        trainHere(architecture, { engine: 'graph', steps: 20 }),
      );
      expect(other).toEqual(own);
    }),
    { numRuns },
  );
});
