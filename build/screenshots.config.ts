import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '../test/screenshots',
  outputDir: '../test-results/screenshots',
  timeout: 1_800_000,
  workers: 1,
  reporter: [['list']],
});
