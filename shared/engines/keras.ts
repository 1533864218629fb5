import { z } from 'zod';
import { defineEngine, factsOfMachine } from './engine';

/** The backends of Keras 3 that train. */
export const kerasBackends = ['jax', 'tensorflow', 'torch'] as const;
export type KerasBackend = (typeof kerasBackends)[number];

/** Minor version of Keras whose draws the protocols expect; others may draw in other places. */
const MEASURED = '3.15';

/** Held by tests for the pinned release. */
const orderNotes: Readonly<Record<KerasBackend, string | null>> = {
  jax: 'On JAX the first fit of a compiled model draws one permutation more and discards it, and importing JAX draws from NumPy’s global state as well.',
  tensorflow: null,
  torch:
    'On torch the first fit of a compiled model draws one permutation more from torch’s generator and discards it.',
};

/** What ran. `variables` are the environment variables that Keras and its backend read. */
const ranOf = <B extends KerasBackend>(backend: B) =>
  z.strictObject({
    engine: z.strictObject({
      name: z.literal(`keras-${backend}`),
      backend: z.literal(backend),
      keras: z.string(),
      /** Version of the backend's library. */
      library: z.string(),
      numpy: z.string(),
      device: z.string(),
      threads: z.int(),
    }),
    variables: z.record(z.string(), z.string()),
    python: z.string(),
    platform: z.string(),
    arch: z.string(),
    cpu: z.string(),
  });

function kerasOn<B extends KerasBackend>(backend: B, name: string, url: string, size: string) {
  const mode = `keras-${backend}` as const;
  return defineEngine({
    label: `Keras on ${name}`,
    library: { name: `Keras and ${name}`, url },
    modes: { [mode]: `Keras on ${name}` } as Record<typeof mode, string>,
    ranSchema: ranOf(backend),
    versionOf: ({ engine }) => `${engine.keras} and ${engine.library}`,
    orderNote: orderNotes[backend],
    isAsMeasured: ({ engine }) => engine.keras.startsWith(`${MEASURED}.`),
    factsOf: ({ engine, python, cpu }) => [
      { label: 'engine', value: engine.name },
      { label: 'Keras', value: engine.keras },
      { label: name, value: engine.library },
      { label: 'NumPy', value: engine.numpy },
      { label: 'Python', value: python },
      { label: 'device', value: engine.device },
      { label: 'thread count', value: String(engine.threads) },
      ...factsOfMachine({ cpu }),
    ],
    // Initialisers and dropout without seeds take them from Python's `random`; torch's dropout uses torch's.
    streams: {
      initialiser: 'python/initialiser',
      dropout: backend === 'torch' ? 'torch/dropout' : 'python/dropout',
    },
    installs: `Keras 3.15 with ${name}, in a Python environment of its own, once: it takes up to ${size} of disk.`,
    capabilities: {
      choosesMode: false,
      dropout: 'own',
      isResumable: false,
      canNameTensor: true,
      changesRows: 'controlled',
    },
  });
}

export const kerasJax = kerasOn('jax', 'JAX', 'https://docs.jax.dev/', '680 MB');
export const kerasTensorflow = kerasOn(
  'tensorflow',
  'TensorFlow',
  'https://www.tensorflow.org/',
  '1.6 GB',
);
export const kerasTorch = kerasOn('torch', 'PyTorch', 'https://pytorch.org/', '5.8 GB');
