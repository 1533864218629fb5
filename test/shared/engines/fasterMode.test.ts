import { expect, test } from 'vitest';
import { fasterMode, isXlaWorthTrying } from '../../../shared/engines/fasterMode';

/** As measured on two processors: a small dense network, and one of 512 by 512. */
const small = {
  graph: { firstCallMs: 276, msPerStep: 0.196 },
  xla: { firstCallMs: 1_390, msPerStep: 0.134 },
};
const large = {
  graph: { firstCallMs: 477, msPerStep: 7.48 },
  xla: { firstCallMs: 2_329, msPerStep: 4.05 },
};

test('XLA is tried only where what it saves can be more than what trying it takes', () => {
  expect(isXlaWorthTrying(small.graph, 5_000)).toBe(false);
  expect(isXlaWorthTrying(small.graph, 50_000)).toBe(true);
  expect(isXlaWorthTrying(large.graph, 100)).toBe(false);
  expect(isXlaWorthTrying(large.graph, 1_500)).toBe(true);
});

test('whatever is not tried would not have been chosen', () => {
  for (const { graph, xla } of [small, large]) {
    for (let steps = 1; steps < 1e6; steps = Math.ceil(steps * 1.3)) {
      const isChosen = fasterMode(graph, xla, steps) === 'xla';
      const saved = graph.msPerStep * steps - xla.msPerStep * steps;
      // Or it saves less than measuring it takes.
      if (isChosen && saved > 2 * xla.firstCallMs)
        expect(isXlaWorthTrying(graph, steps)).toBe(true);
    }
  }
});
