import { z } from 'zod';

/** The activations offered, by names that TensorFlow.js and Keras give the same function. */
export const activations = [
  'linear',
  'relu',
  'relu6',
  'elu',
  'selu',
  'tanh',
  'sigmoid',
  'softplus',
  'softsign',
  'softmax',
  'swish',
] as const;

export type Activation = (typeof activations)[number];
export const activationSchema = z.enum(activations);
