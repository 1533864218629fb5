// @ts-check
import { runToEnd } from './bootstrap/process.mjs';
import { root } from './bootstrap/ensure.mjs';

/** Checks that have no test cases of their own; each counts as one test. */
const checks = [
  { name: 'formatting', command: ['prettier', '--check', '.'] },
  {
    name: 'lint',
    command: ['eslint', '--config', 'build/eslint.config.js', '--max-warnings', '0', '.'],
  },
  { name: 'types', command: ['tsc', '-b'] },
  {
    name: 'components',
    command: ['svelte-check', '--tsconfig', 'renderer/tsconfig.json', '--fail-on-warnings'],
  },
];

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function runChecks() {
  const tally = { passed: 0, failed: 0 };
  for (const { name, command } of checks) {
    const [tool = '', ...args] = command;
    const { code, output } = await runToEnd(`${root}/node_modules/.bin/${tool}`, args, {
      cwd: root,
      quiet: true,
    });
    if (code === 0) tally.passed++;
    else tally.failed++;
    process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}\n${code === 0 ? '' : output}`);
  }
  return tally;
}
