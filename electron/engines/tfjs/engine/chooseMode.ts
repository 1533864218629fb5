import type { TrainingData } from '../../../training/trainingData';
import { AppError } from '../../../../shared/lib/appError';
import {
  fasterMode,
  isXlaWorthTrying,
  type ModeTiming,
} from '../../../../shared/engines/fasterMode';
import { batchesOf } from '../orders/batches';
import type { Engine } from './engine';

/** Long enough to tell the modes apart, short against any run where the choice matters. */
const MEASURE_MS = 150;

export interface ChoiceContext {
  readonly data: TrainingData;
  readonly batchSize: number;
  readonly rates: readonly number[];
  /** Steps that the run will take. */
  readonly steps: number;
  readonly clock: () => number;
  /** A fresh engine on a fresh model; what it trains is thrown away. */
  readonly engine: (mode: 'graph' | 'xla') => Engine;
}

/**
 * Trains the model a little in each compiled mode and takes the one that ends the run sooner,
 * compilation included. Neither is faster everywhere: XLA wins on dense nets, the interpreter
 * on convolutions, whose oneDNN kernels XLA does not have.
 */
export function chooseMode(context: ChoiceContext): 'graph' | 'xla' {
  const graph = measure(context, 'graph');
  if (!isXlaWorthTrying(graph, context.steps)) return 'graph';
  let xla;
  try {
    xla = measure(context, 'xla');
  } catch (error) {
    // Nothing to choose from: XLA does not have every operation.
    if (error instanceof AppError && error.code === 'not-traceable') return 'graph';
    throw error;
  }
  return fasterMode(graph, xla, context.steps);
}

function measure(
  { data, batchSize, rates, clock, engine: make }: ChoiceContext,
  mode: 'graph' | 'xla',
): ModeTiming {
  const engine = make(mode);
  try {
    const rows = Uint32Array.from({ length: data.rows }, (_, row) => row);
    engine.build(data);
    const dropoutSeeds = new Int32Array(engine.dropoutCalls.length * 2);
    const steps = batchesOf(rows, batchSize).map((own) => ({
      rows: own,
      rates,
      dropoutSeeds,
    }));
    const startedAt = clock();
    engine.run(steps.slice(0, 1));
    engine.run(steps.slice(-1));
    const firstCallMs = clock() - startedAt;
    let [count, spentMs] = [0, 0];
    while (spentMs < MEASURE_MS) {
      const before = clock();
      count += engine.run(steps.slice(0, engine.stepsPerCall)).length / engine.width;
      spentMs += clock() - before;
    }
    return { firstCallMs, msPerStep: spentMs / count };
  } finally {
    engine.dispose();
  }
}
