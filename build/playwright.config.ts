import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '../test/e2e',
  outputDir: '../test-results',
  timeout: 180_000,
  expect: { timeout: 30_000 },
  // One window at a time: two trainings at once would starve each other on a small machine.
  workers: 1,
  reporter: [['list'], ['json', { outputFile: '../dist/playwright.json' }]],
});
