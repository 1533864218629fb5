import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    // Native TensorFlow is loaded once a process and keeps its environment: real processes, not threads.
    pool: 'forks',
    globalSetup: ['build/vitestSetup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: {
      TF_CPP_MIN_LOG_LEVEL: '3',
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '1',
      TF_ENABLE_ONEDNN_OPTS: '0',
    },
  },
});
