import type { LearningRateSchedule } from '../training/learningRateSchedule';
import { augmentationText } from '../training/augmentation';
import { losses } from '../training/lossTable';
import { metrics as table } from '../training/metricTable';
import { typescriptCallbacks } from './typescriptCallbacks';
import { OPTIMISER_HELPERS, optimiserClasses } from './typescriptOptimisers';
import type { OptimiserConfig, TrainingConfig } from '../training/trainingConfig';

/**
 * How a network is trained, as source for TensorFlow.js: the optimiser, the loss and, since the
 * library has no schedules, the rate of each step as a function.
 */
export function typescriptTraining(training: TrainingConfig): string {
  const { optimiser, metrics } = training;
  const needed = classesOf(optimiser);
  const helpers = needed.length === 0 ? '' : OPTIMISER_HELPERS;
  const classes = needed.map((name) => optimiserClasses[name]).join('');
  return `${helpers}${classes}export const optimizer = ${adjusted(optimiser)};
export const loss = ${lossSource(training)};
${metricsSource(metrics)}${rateFunction(training)}${notes(training)}${typescriptCallbacks(training.callbacks)}`;
}

/** What decides about rows, which the source does not load. */
function notes({ classWeights, augmentation }: TrainingConfig): string {
  const weights = classWeights === 'balanced' ? 'balanced' : JSON.stringify(classWeights);
  return [
    ...(classWeights === 'none' ? [] : [`// Weights of the classes: ${weights}\n`]),
    ...(augmentation === null
      ? []
      : [`// Before each epoch pictures are ${augmentationText(augmentation)}.\n`]),
  ].join('');
}

function lossSource({ loss, fromLogits }: TrainingConfig): string {
  const { takesLogits, activation } = losses[loss];
  if (takesLogits && fromLogits) {
    // With one-hot targets, also for the sparse one.
    return `tf.losses.${activation === 'sigmoid' ? 'sigmoid' : 'softmax'}CrossEntropy`;
  }
  return loss === 'huber' ? 'tf.losses.huberLoss' : `'${loss}'`;
}

function metricsSource(kinds: TrainingConfig['metrics']): string {
  const known = kinds.filter((kind) => table[kind].isInTfjs);
  const others = kinds.filter((kind) => !table[kind].isInTfjs);
  const note = others.length === 0 ? '' : `// Not in TensorFlow.js: ${others.join(', ')}.\n`;
  return `${note}export const metrics = [${known.map((kind) => `'${kind}'`).join(', ')}];
`;
}

/** Classes that the library lacks. */
function classesOf(optimiser: OptimiserConfig): readonly (keyof typeof optimiserClasses)[] {
  const isKeras = !('formula' in optimiser) || optimiser.formula === 'keras';
  const own = {
    adam: isKeras ? 'adam' : null,
    adamw: 'adam',
    nadam: 'nadam',
    momentum: isKeras ? 'momentum' : null,
    sgd: null,
    adamax: null,
    rmsprop: null,
    adagrad: null,
  } as const;
  const { [optimiser.kind]: name } = own;
  return [
    ...(name === null ? [] : [name]),
    ...(isAdjusted(optimiser) ? ['adjusted' as const] : []),
  ];
}

function isAdjusted({ clip, weightDecay }: OptimiserConfig): boolean {
  return clip !== 'none' || weightDecay > 0;
}

function adjusted(optimiser: OptimiserConfig): string {
  const { learningRate, clip, clipAt, weightDecay } = optimiser;
  const own = made(optimiser);
  return isAdjusted(optimiser)
    ? `new Adjusted(${own}, ${weightDecay}, '${clip}', ${clipAt}, ${learningRate})`
    : own;
}

function made(optimiser: OptimiserConfig): string {
  const { learningRate: rate } = optimiser;
  switch (optimiser.kind) {
    case 'sgd':
      return `tf.train.sgd(${rate})`;
    case 'momentum': {
      const { momentum, useNesterov, formula } = optimiser;
      const name = formula === 'keras' ? 'new KerasMomentum' : 'tf.train.momentum';
      return `${name}(${rate}, ${momentum}, ${useNesterov})`;
    }
    case 'adam': {
      const { beta1, beta2, epsilon, formula } = optimiser;
      const name = formula === 'keras' ? 'new KerasAdam' : 'tf.train.adam';
      return `${name}(${rate}, ${beta1}, ${beta2}, ${epsilon})`;
    }
    case 'adamw':
    case 'nadam':
    case 'adamax': {
      const { beta1, beta2, epsilon } = optimiser;
      const made = { adamw: 'new KerasAdam', nadam: 'new KerasNadam', adamax: 'tf.train.adamax' };
      return `${made[optimiser.kind]}(${rate}, ${beta1}, ${beta2}, ${epsilon})`;
    }
    case 'rmsprop': {
      const { decay, momentum, epsilon } = optimiser;
      return `tf.train.rmsprop(${rate}, ${decay}, ${momentum}, ${epsilon})`;
    }
    case 'adagrad':
      return `tf.train.adagrad(${rate}, ${optimiser.initialAccumulatorValue})`;
  }
}

function rateFunction({ optimiser, schedule }: TrainingConfig): string {
  if (schedule.kind === 'constant') return '';
  return `
/** The learning rate of a step, counted from 0. */
export function learningRateAt(step: number): number {
${rateBody(schedule, optimiser.learningRate)}
}
`;
}

function rateBody(schedule: LearningRateSchedule, rate: number): string {
  switch (schedule.kind) {
    case 'constant':
      return `  return ${rate};`;
    case 'exponentialDecay': {
      const { decaySteps, decayRate, staircase } = schedule;
      const periods = staircase ? `Math.floor(step / ${decaySteps})` : `step / ${decaySteps}`;
      return `  return ${rate} * ${decayRate} ** (${periods});`;
    }
    case 'cosineDecay': {
      const { decaySteps, alpha, warmupSteps } = schedule;
      const warmup =
        warmupSteps === 0
          ? ''
          : `  if (step < ${warmupSteps}) return (${rate} * step) / ${warmupSteps};\n`;
      return `${warmup}  const share = Math.min(step - ${warmupSteps}, ${decaySteps}) / ${decaySteps};
  return ${rate} * (${1 - alpha} * 0.5 * (1 + Math.cos(Math.PI * share)) + ${alpha});`;
    }
  }
}
