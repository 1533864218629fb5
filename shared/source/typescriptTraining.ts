import type { LearningRateSchedule } from '../training/learningRateSchedule';
import { augmentationText } from '../training/augmentation';
import { losses } from '../training/lossTable';
import { metrics as table } from '../training/metricTable';
import type { OptimiserConfig, TrainingConfig } from '../training/trainingConfig';

/**
 * How a network is trained, as source for TensorFlow.js: the optimiser, the loss and, since the
 * library has no schedules, the rate of each step as a function.
 */
export function typescriptTraining(training: TrainingConfig): string {
  const { optimiser, metrics } = training;
  const own = 'formula' in optimiser && optimiser.formula === 'keras' ? optimiser.kind : null;
  return `${own === null ? '' : classes[own === 'adam' ? 'adam' : 'momentum']}export const optimizer = ${made(optimiser)};
export const loss = ${lossSource(training)};
${metricsSource(metrics)}${rateFunction(training)}${notes(training)}`;
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

const SLOTS = `/** Slots that begin at zero, one set for each variable. */
class Slots {
  private readonly all = new Map<string, tf.Variable[]>();

  of(name: string, count: number): tf.Variable[] {
    const variable = tf.engine().registeredVariables[name];
    const known =
      this.all.get(name) ??
      Array.from({ length: count }, () => tf.variable(tf.zerosLike(variable), false));
    this.all.set(name, known);
    return known;
  }
}

`;

const classes = {
  adam: `${SLOTS}/** Adam as Keras writes it: epsilon is added before the bias correction. */
class KerasAdam extends tf.Optimizer {
  static readonly className = 'KerasAdam';
  private readonly slots = new Slots();

  constructor(
    public learningRate: number,
    private readonly beta1: number,
    private readonly beta2: number,
    private readonly epsilon: number,
  ) {
    super();
  }

  applyGradients(gradients: tf.NamedTensorMap | tf.NamedTensor[]): void {
    const list = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    this.incrementIterations();
    const step = this.iterations;
    const rate =
      (this.learningRate * Math.sqrt(1 - this.beta2 ** step)) / (1 - this.beta1 ** step);
    tf.tidy(() => {
      for (const { name, tensor } of list) {
        const [m, v] = this.slots.of(name, 2);
        m.assign(m.add(tensor.sub(m).mul(1 - this.beta1)));
        v.assign(v.add(tensor.square().sub(v).mul(1 - this.beta2)));
        const variable = tf.engine().registeredVariables[name];
        variable.assign(variable.sub(m.mul(rate).div(v.sqrt().add(this.epsilon))));
      }
    });
  }

  getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate };
  }
}

`,
  momentum: `${SLOTS}/** SGD with momentum as Keras writes it: the learning rate is inside the velocity. */
class KerasMomentum extends tf.Optimizer {
  static readonly className = 'KerasMomentum';
  private readonly slots = new Slots();

  constructor(
    public learningRate: number,
    private readonly momentum: number,
    private readonly nesterov: boolean,
  ) {
    super();
  }

  applyGradients(gradients: tf.NamedTensorMap | tf.NamedTensor[]): void {
    const list = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    tf.tidy(() => {
      for (const { name, tensor } of list) {
        const [velocity] = this.slots.of(name, 1);
        const step = tensor.mul(this.learningRate);
        velocity.assign(velocity.mul(this.momentum).sub(step));
        const variable = tf.engine().registeredVariables[name];
        variable.assign(
          variable.add(this.nesterov ? velocity.mul(this.momentum).sub(step) : velocity),
        );
      }
    });
    this.incrementIterations();
  }

  getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate };
  }
}

`,
} as const;
