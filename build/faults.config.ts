import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '../test/faults',
  outputDir: '../test-results/faults',
  expect: { timeout: 30_000 },
  workers: 1,
  reporter: [['list']],
});
