import { pythonCallbacks } from './pythonCallbacks';
import { losses } from '../training/lossTable';
import { metrics as table } from '../training/metricTable';
import type { OptimiserConfig, TrainingConfig } from '../training/trainingConfig';

/** How a network is trained, as Keras 3 source: the arguments of `compile`. */
export function pythonTraining(training: TrainingConfig): string {
  const { metrics, optimiser } = training;
  const isSparse = training.loss === 'sparseCategoricalCrossentropy';
  const named = metrics
    .map((metric) => (isSparse && table[metric].sparse) || table[metric].keras)
    .join(', ');
  return `${classOf(optimiser)}optimizer = ${pythonOptimiser(training)}
model.compile(optimizer=optimizer, loss=${pythonLoss(training)}${metrics.length > 0 ? `, metrics=[${named}]` : ''})
${weightsNote(training)}${augmentationNote(training)}${pythonCallbacks(training.callbacks)}`;
}

/** Weights are an argument of `fit`, by the numbers of the classes, which the data decides. */
function weightsNote({ classWeights }: TrainingConfig): string {
  if (classWeights === 'none') return '';
  const what = classWeights === 'balanced' ? 'balanced' : JSON.stringify(classWeights);
  return `# For model.fit(..., class_weight=...), by class: ${what}\n`;
}

/** The lab changes the rows before they are trained on, which Keras' layers do within the network. */
function augmentationNote({ augmentation }: TrainingConfig): string {
  if (augmentation === null) return '';
  const { flip, shift, rotate } = augmentation;
  const both = { horizontal: 'horizontal', vertical: 'vertical', both: 'horizontal_and_vertical' };
  const layers = [
    ...(flip === 'none' ? [] : [`RandomFlip("${both[flip]}")`]),
    ...(rotate === 0 ? [] : [`RandomRotation(${number(rotate / 360)})`]),
    ...(shift === 0 ? [] : [`RandomTranslation(${number(shift)}, ${number(shift)})`]),
  ];
  const told = layers.map((layer) => `# keras.layers.${layer}\n`).join('');
  return `# Pictures are changed at random before each epoch, as by these layers:\n${told}`;
}

function pythonLoss({ loss, fromLogits }: TrainingConfig): string {
  const { keras, takesLogits } = losses[loss];
  return takesLogits && fromLogits ? `keras.losses.${keras}(from_logits=True)` : `"${snake(loss)}"`;
}

function pythonOptimiser(training: TrainingConfig): string {
  const { optimiser } = training;
  const rate = `learning_rate=${pythonSchedule(training)}${adjustments(optimiser)}`;
  switch (optimiser.kind) {
    case 'sgd':
      return `keras.optimizers.SGD(${rate})`;
    case 'momentum': {
      const { momentum, useNesterov, formula } = optimiser;
      const made = formula === 'keras' ? 'keras.optimizers.SGD' : 'PlainMomentum';
      return `${made}(${rate}, momentum=${number(momentum)}, nesterov=${useNesterov ? 'True' : 'False'})`;
    }
    case 'adam': {
      const { beta1, beta2, epsilon, formula } = optimiser;
      const made = formula === 'keras' ? 'keras.optimizers.Adam' : 'CorrectedAdam';
      return `${made}(${rate}, beta_1=${number(beta1)}, beta_2=${number(beta2)}, epsilon=${number(epsilon)})`;
    }
    case 'adamw':
    case 'nadam':
    case 'adamax': {
      const { beta1, beta2, epsilon } = optimiser;
      const made = { adamw: 'AdamW', nadam: 'Nadam', adamax: 'Adamax' }[optimiser.kind];
      return `keras.optimizers.${made}(${rate}, beta_1=${number(beta1)}, beta_2=${number(beta2)}, epsilon=${number(epsilon)})`;
    }
    case 'rmsprop': {
      const { decay, momentum, epsilon } = optimiser;
      return `keras.optimizers.RMSprop(${rate}, rho=${number(decay)}, momentum=${number(momentum)}, epsilon=${number(epsilon)})`;
    }
    case 'adagrad': {
      const initial = number(optimiser.initialAccumulatorValue);
      return `keras.optimizers.Adagrad(${rate}, initial_accumulator_value=${initial}, epsilon=1e-07)`;
    }
  }
}

const clipArguments = { value: 'clipvalue', norm: 'clipnorm', globalNorm: 'global_clipnorm' };

/** Arguments that every optimiser of Keras takes. */
function adjustments({ kind, clip, clipAt, weightDecay }: OptimiserConfig): string {
  const clipped = clip === 'none' ? '' : `, ${clipArguments[clip]}=${number(clipAt)}`;
  // AdamW has a decay by itself.
  return weightDecay === 0 && kind !== 'adamw'
    ? clipped
    : `${clipped}, weight_decay=${number(weightDecay)}`;
}

function pythonSchedule({ schedule, optimiser }: TrainingConfig): string {
  const rate = number(optimiser.learningRate);
  switch (schedule.kind) {
    case 'constant':
      return rate;
    case 'exponentialDecay':
      return `keras.optimizers.schedules.ExponentialDecay(${rate}, decay_steps=${schedule.decaySteps}, decay_rate=${number(schedule.decayRate)}, staircase=${schedule.staircase ? 'True' : 'False'})`;
    case 'cosineDecay': {
      const { decaySteps, alpha, warmupSteps } = schedule;
      const decay = `decay_steps=${decaySteps}, alpha=${number(alpha)}`;
      return warmupSteps === 0
        ? `keras.optimizers.schedules.CosineDecay(${rate}, ${decay})`
        : `keras.optimizers.schedules.CosineDecay(0.0, ${decay}, warmup_target=${rate}, warmup_steps=${warmupSteps})`;
    }
  }
}

/** A number as Python source: 1e-7 as in JavaScript, whole numbers with a decimal point. */
function number(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function snake(name: string): string {
  return name.replace(/([A-Z])/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The class of an optimiser whose formula Keras lacks; empty if Keras has it. */
function classOf(optimiser: OptimiserConfig): string {
  if (!('formula' in optimiser) || optimiser.formula === 'keras') return '';
  return optimiser.kind === 'adam' ? CORRECTED_ADAM : PLAIN_MOMENTUM;
}

const CORRECTED_ADAM = `class CorrectedAdam(keras.optimizers.Adam):
    """Adam as TensorFlow.js writes it: epsilon is added after the bias correction."""

    def update_step(self, gradient, variable, learning_rate):
        from keras import ops

        rate = ops.cast(learning_rate, variable.dtype)
        step = ops.cast(self.iterations + 1, variable.dtype)
        index = self._get_variable_index(variable)
        m, v = self._momentums[index], self._velocities[index]
        self.assign(m, m * self.beta_1 + gradient * (1 - self.beta_1))
        self.assign(v, v * self.beta_2 + ops.square(gradient) * (1 - self.beta_2))
        first = m / (1 - ops.power(ops.cast(self.beta_1, variable.dtype), step))
        second = v / (1 - ops.power(ops.cast(self.beta_2, variable.dtype), step))
        self.assign_sub(variable, rate * first / (ops.sqrt(second) + self.epsilon))


`;

const PLAIN_MOMENTUM = `class PlainMomentum(keras.optimizers.SGD):
    """SGD as TensorFlow.js writes it: the velocity holds gradients, without the learning rate."""

    def update_step(self, gradient, variable, learning_rate):
        from keras import ops

        rate = ops.cast(learning_rate, variable.dtype)
        velocity = self.momentums[self._get_variable_index(variable)]
        self.assign(velocity, self.momentum * velocity + gradient)
        step = gradient + self.momentum * velocity if self.nesterov else velocity
        self.assign_sub(variable, rate * step)


`;
