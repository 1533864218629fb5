import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '../test/screenshots',
  outputDir: '../test-results/screenshots',
  timeout: 300_000,
  workers: 1,
  reporter: [['list']],
});
