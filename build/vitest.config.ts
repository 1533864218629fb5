import { testData } from './testData.mjs';
import { defineConfig } from 'vitest/config';
import { isFull } from './fullTests.mjs';
import { wasmAsText } from './wasmAsText.mjs';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  plugins: [wasmAsText],
  test: {
    include: isFull
      ? [
          'test/full/**/*.test.ts',
          'test/engines/tfjs/{besideKeras,lossesBesideKeras}.test.ts',
          'test/lab/article.test.ts',
          'test/explain/keras.test.ts',
          'test/engines/**/{conformance,environments,kerasEngine,surprises}.test.ts',
        ]
      : ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', ...(isFull ? [] : ['test/full/**'])],
    // Native TensorFlow is loaded once per process and keeps its environment: real processes, not threads.
    pool: 'forks',
    // Files share nothing but what is made once (Python environments, compiled programs).
    maxWorkers: 2,
    globalSetup: ['build/vitestSetup.ts'],
    // Ends what hangs. Tests of processes take several times as long on a busy machine; none is about time.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    env: {
      // Not the user's own, nor that of another run of the tests.
      TWINTRAIN_DATA_CACHE: testData,
      TF_CPP_MIN_LOG_LEVEL: '3',
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '1',
      TF_ENABLE_ONEDNN_OPTS: '0',
    },
  },
});
