import { defineConfig } from '@playwright/test';
import { isFull } from './fullTests.mjs';
import { testData } from './testData.mjs';

// Not the user's own: what was read before would hide that nothing can be read. Workers inherit it.
process.env['TWINTRAIN_DATA_CACHE'] ??= testData;

export default defineConfig({
  testDir: isFull ? '../test/full' : '../test/e2e',
  // Vitest's files lie beside them.
  testMatch: '**/*.spec.ts',
  globalTeardown: './removeTestData.ts',
  outputDir: '../test-results',
  timeout: 420_000,
  expect: { timeout: 30_000 },
  // Each window has user data of its own; test files share none.
  workers: isFull ? 1 : 2,
  reporter: [['list'], ['json', { outputFile: '../dist/playwright.json' }]],
});
