import { defineConfig } from '@playwright/test';
import { isFull } from './fullTests.mjs';

export default defineConfig({
  testDir: isFull ? '../test/full' : '../test/e2e',
  outputDir: '../test-results',
  timeout: 180_000,
  expect: { timeout: 30_000 },
  // One window at a time: two trainings at once would starve each other on a small machine.
  workers: 1,
  reporter: [['list'], ['json', { outputFile: '../dist/playwright.json' }]],
});
