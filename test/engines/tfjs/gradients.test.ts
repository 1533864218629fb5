import { expect, test } from 'vitest';
import type { Engine } from '../../../electron/engines/tfjs/engine/engine';
import type { WeightValues } from '../../../electron/runs/weightValues';
import { layersOf } from '../../../shared/architecture/architecture';
import type { LayerKind } from '../../../shared/architecture/layerCatalog';
import { optimiserSchema } from '../../../shared/training/trainingConfig';
import { examples, exampleOf, subclassKinds, variants } from '../../helpers/layerExamples';
import { engineHere } from '../../helpers/trainHere';

/** A step of plain descent at rate 1 moves every weight by its gradient. */
const training = { optimiser: optimiserSchema.parse({ kind: 'sgd', learningRate: 1 }) };
const H = 0.003;
const isOfSubclass = new Set<LayerKind>(subclassKinds);

const rows = Int32Array.from({ length: 12 }, (_, row) => row);

function lossAt(engine: Engine, weights: readonly WeightValues[], learningRate = 0): number {
  engine.writeWeights(weights);
  const dropoutSeeds = Int32Array.from(engine.dropoutCalls.flatMap(() => [3, 4]));
  return engine.run([{ rows, rates: [learningRate], dropoutSeeds }])[0] as number;
}

function moved(weights: readonly WeightValues[], tensor: number, at: number, by: number) {
  return weights.map((weight, index) => {
    if (index !== tensor) return weight;
    const values = weight.values.slice();
    values[at] = (values[at] as number) + by;
    return { ...weight, values };
  });
}

const networks = [
  ...(Object.keys(examples) as (keyof typeof examples)[]).map((kind) => {
    const { sequential, ...options } = exampleOf(kind);
    return [kind, sequential, options] as const;
  }),
  ...Object.entries(variants)
    .filter(([, own]) => layersOf(own).some(({ kind }) => isOfSubclass.has(kind)))
    .map(([name, own]) => [name, own, {}] as const),
];

test.each(networks)(
  'the gradients of a network with %s are those of finite differences',
  (_, network, options) => {
    const engine = engineHere(network, { engine: 'graph', training, ...options });
    const start = engine.readWeights();
    lossAt(engine, start, 1);
    const end = engine.readWeights();
    const trainable = engine.weights().map(({ isTrainable }) => isTrainable);
    let largest = 0;
    start.forEach(({ values }, tensor) => {
      if (trainable[tensor] !== true) return;
      // A few of each tensor, spread over it.
      const stride = Math.ceil(values.length / 5);
      for (let at = 0; at < values.length; at += stride) {
        const gradient = (values[at] as number) - (end[tensor]?.values[at] as number);
        const [more, less] = [H, -H].map((by) => lossAt(engine, moved(start, tensor, at, by)));
        const difference = ((more as number) - (less as number)) / (2 * H);
        // float32 losses near 1 over a span of 0.006, and the third derivative's share.
        expect(Math.abs(gradient - difference)).toBeLessThan(5e-4);
        largest = Math.max(largest, Math.abs(gradient));
      }
    });
    expect(largest).toBeGreaterThan(0.005);
    engine.dispose();
  },
);
