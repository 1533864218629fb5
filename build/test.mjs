// @ts-check
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endWith, ensureCompiled, root } from './bootstrap/ensure.mjs';
import { testParts } from './bootstrap/pins.mjs';
import { ensureSystemPackages } from './bootstrap/systemPackages.mjs';
import { runToEnd } from './bootstrap/process.mjs';
import { runChecks } from './checks.mjs';
import { isFull } from './fullTests.mjs';
import { runPlaywright } from './runPlaywright.mjs';

/** Each test has a limit of its own; this ends what hangs in spite of it. */
const LIMIT_MS = 60 * 60_000;

/**
 * Tests of the real native TensorFlow with vitest, then of the real window with Playwright (on an
 * invisible display, so that it takes no focus). The daily ones run after the static checks;
 * TWINTRAIN_TESTS=full runs the slow ones instead. Ends with a line `N passed, N failed`.
 */
async function main() {
  await ensureSystemPackages(testParts);
  await ensureCompiled();
  const tally = isFull ? { passed: 0, failed: 0 } : await runChecks();
  add(tally, await vitest());
  add(tally, await playwright());
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
  process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}

/** @typedef {{ passed: number, failed: number }} Tally */

/** @param {Tally} total @param {Tally} part */
function add(total, part) {
  total.passed += part.passed;
  total.failed += part.failed;
}

/** @returns {Promise<Tally>} */
async function vitest() {
  const report = join(root, 'dist/vitest.json');
  rmSync(report, { force: true });
  const { code } = await runToEnd(
    join(root, 'node_modules/.bin/vitest'),
    [
      'run',
      '--config',
      'build/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${report}`,
    ],
    { cwd: root, timeoutMs: LIMIT_MS },
  );
  return tallyOf(code, () => {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    // A file that cannot even be loaded has no failed tests of its own.
    return {
      passed: numPassedTests,
      failed: Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0),
    };
  });
}

/** @returns {Promise<Tally>} */
async function playwright() {
  const report = join(root, 'dist/playwright.json');
  rmSync(report, { force: true });
  const { code } = await runPlaywright('playwright.config.ts', [], { timeoutMs: LIMIT_MS });
  return tallyOf(code, () => {
    const { expected, unexpected, flaky } = JSON.parse(readFileSync(report, 'utf8')).stats;
    return { passed: expected, failed: unexpected + flaky };
  });
}

/** @param {number | null} code @param {() => Tally} read @returns {Tally} */
function tallyOf(code, read) {
  try {
    const tally = read();
    return code === 0 || tally.failed > 0 ? tally : { ...tally, failed: 1 };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

main().catch(endWith);
