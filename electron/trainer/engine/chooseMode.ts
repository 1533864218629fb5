import {
  fasterMode,
  isXlaWorthTrying,
  type ModeTiming,
} from '../../../shared/training/engineModes';
import { batchesOf } from '../batchOrder';
import type { Engine, TrainingData } from './engine';

/** Long enough to tell the modes apart, short against any run where the choice matters. */
const MEASURE_MS = 150;

export interface ChoiceContext {
  readonly data: TrainingData;
  readonly batchSize: number;
  /** Steps that the run will take. */
  readonly steps: number;
  readonly clock: () => number;
  /** A fresh engine on a fresh model; what it trains is thrown away. */
  readonly engine: (mode: 'graph' | 'xla') => Engine;
}

/**
 * Trains the model a little in each compiled mode and takes the one that ends the run sooner,
 * compilation included. Neither is the faster everywhere: XLA wins on dense nets, the interpreter
 * on convolutions, whose oneDNN kernels XLA does not have.
 */
export function chooseMode(context: ChoiceContext): 'graph' | 'xla' {
  const graph = measure(context, 'graph');
  if (!isXlaWorthTrying(graph, context.steps)) return 'graph';
  return fasterMode(graph, measure(context, 'xla'), context.steps);
}

function measure(
  { data, batchSize, clock, engine: make }: ChoiceContext,
  mode: 'graph' | 'xla',
): ModeTiming {
  const engine = make(mode);
  try {
    const rows = Uint32Array.from({ length: data.rows }, (_, row) => row);
    const batches = batchesOf(rows, batchSize);
    engine.build(data);
    const startedAt = clock();
    engine.run(batches.slice(0, 1));
    engine.run(batches.slice(-1));
    const firstCallMs = clock() - startedAt;
    let [steps, spentMs] = [0, 0];
    while (spentMs < MEASURE_MS) {
      const before = clock();
      steps += engine.run(batches.slice(0, engine.stepsPerCall)).length;
      spentMs += clock() - before;
    }
    return { firstCallMs, msPerStep: spentMs / steps };
  } finally {
    engine.dispose();
  }
}
