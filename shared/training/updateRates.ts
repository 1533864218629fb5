import { learningRateAt } from './learningRateSchedule';
import type { OptimiserConfig, TrainingConfig } from './trainingConfig';

/** The factors of a step, given its learning rate. @param step from 1 */
type Factors = (rate: number, step: number) => readonly number[];

const fround = Math.fround;
/** As Keras computes it in float32: beta^step. */
const power = (beta: number, step: number) => fround(fround(beta) ** step);

/** Keras' constant of Nadam's momentum schedule (Dozat 2016, section 2.2). */
const NADAM_DECAY = 0.96;

/**
 * The factors of the optimiser's update that change from step to step: they alone depend on the step's number, so
 * that one compiled step serves all. In float32, as Keras computes them.
 *
 * - Adam: rate * sqrt(1 - beta2^step) / (1 - beta1^step). In TensorFlow.js' formula, and for all others, the rate.
 * - Adamax: rate / (1 - beta1^step).
 * - Nadam: the rate, the next step's momentum with what is left of its product, the same of the gradient, and
 *   1 - beta2^step.
 * - With weight decay also that share of each weight, last.
 *
 * @returns the factors of a step, counted from 1
 */
export function updateRates({
  schedule,
  optimiser,
}: Pick<TrainingConfig, 'schedule' | 'optimiser'>): (step: number) => readonly number[] {
  const factors = factorsOf(optimiser);
  const { weightDecay } = optimiser;
  return (step) => {
    const rate = learningRateAt(schedule, optimiser.learningRate, step - 1);
    const own = factors(rate, step);
    return weightDecay === 0 ? own : [...own, fround(weightDecay) * fround(rate)];
  };
}

function factorsOf(optimiser: OptimiserConfig): Factors {
  switch (optimiser.kind) {
    case 'adam':
      return optimiser.formula === 'tfjs' ? (rate) => [rate] : adamFactors(optimiser);
    case 'adamw':
      return adamFactors(optimiser);
    case 'adamax': {
      const { beta1 } = optimiser;
      return (rate, step) => [fround(rate) / fround(1 - power(beta1, step))];
    }
    case 'nadam':
      return nadamFactors(optimiser);
    default:
      return (rate) => [rate];
  }
}

function adamFactors({
  beta1,
  beta2,
}: {
  readonly beta1: number;
  readonly beta2: number;
}): Factors {
  const left = (beta: number, step: number) => fround(1 - power(beta, step));
  return (rate, step) => [(fround(rate) * Math.sqrt(left(beta2, step))) / left(beta1, step)];
}

function nadamFactors({
  beta1,
  beta2,
}: {
  readonly beta1: number;
  readonly beta2: number;
}): Factors {
  const momentum = (step: number) =>
    fround(fround(beta1) * fround(1 - fround(0.5 * power(NADAM_DECAY, step))));
  /** Of the momenta of all steps up to one: each follows from the one before. */
  const products = [1];
  const productOf = (step: number) => {
    for (let own = products.length; own <= step; own++) {
      const before = fround((products[own - 1] as number) * fround(beta1));
      products.push(fround(before * fround(1 - fround(0.5 * power(NADAM_DECAY, own)))));
    }
    return products[step] as number;
  };
  return (rate, step) => {
    const product = productOf(step);
    const next = momentum(step + 1);
    return [
      rate,
      next,
      fround(1 - fround(product * next)),
      fround(1 - momentum(step)),
      fround(1 - product),
      fround(1 - power(beta2, step)),
    ];
  };
}
