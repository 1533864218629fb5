import { z } from 'zod';
import { defineEngine, factsOfMachine } from './engine';

/** What ran. `variables` are the environment variables that TensorFlow reads. */
const ranSchema = z.strictObject({
  engine: z.strictObject({
    name: z.string(),
    backend: z.string(),
    tensorflow: z.string(),
    tfjs: z.string(),
    device: z.string(),
    threads: z.int(),
    onednn: z.boolean(),
  }),
  variables: z.record(z.string(), z.string()),
  node: z.string(),
  v8: z.string(),
  platform: z.string(),
  arch: z.string(),
  cpu: z.string(),
});

export type TfjsRan = z.infer<typeof ranSchema>;
export const tfjsModes = ['xla', 'graph', 'eager'] as const;
export type TfjsMode = (typeof tfjsModes)[number];

/** TensorFlow.js on native TensorFlow, step by step or as a traced loop. */
export const tfjs = defineEngine({
  label: 'TensorFlow.js',
  library: { name: 'TensorFlow', url: 'https://www.tensorflow.org/' },
  modes: {
    xla: 'TensorFlow.js, compiled by XLA',
    graph: 'TensorFlow.js, compiled graph',
    eager: 'TensorFlow.js, eager: step by step',
  },
  ranSchema,
  versionOf: ({ engine }) => engine.tensorflow,
  orderNote: null,
  isAsMeasured: () => true,
  factsOf: ({ engine, cpu }) => [
    { label: 'engine', value: engine.name },
    { label: 'TensorFlow', value: engine.tensorflow },
    { label: 'device', value: engine.device },
    { label: 'thread count', value: String(engine.threads) },
    { label: 'oneDNN setting', value: engine.onednn ? 'on' : 'off' },
    ...factsOfMachine({ cpu }),
  ],
  streams: { initialiser: 'global/initialiser', dropout: 'global/dropout' },
  installs: null,
  capabilities: {
    choosesMode: true,
    dropout: 'streams',
    isResumable: true,
    canNameTensor: true,
    changesRows: 'always',
  },
});
