// @ts-check
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright';
import { root } from '../bootstrap/ensure.mjs';
import { runToEnd, say } from '../bootstrap/process.mjs';
import { electronArguments } from '../electronArguments.mjs';
import { processFamily } from '../processFamily.mjs';

const STARTS = 11;
const IDLE_S = 10;
const PORT = 9_378;

/**
 * How long the packaged app takes from its start until it is usable, and what it holds in
 * memory when idle: two JSON lines. The very first start is not counted: it fills the
 * system's file cache and makes the user's folder.
 */
export async function benchStartup() {
  say('making the package that is measured');
  const { code, output } = await runToEnd(process.execPath, ['build/package.mjs', 'dir'], {
    cwd: root,
    quiet: true,
  });
  if (code !== 0) throw new Error(output);
  const data = mkdtempSync(join(tmpdir(), 'twintrain-startup-'));
  try {
    await started(data, async () => {});
    const times = [];
    for (let start = 0; start < STARTS; start++) {
      times.push(await started(data, async (usableMs) => usableMs));
    }
    times.sort((a, b) => a - b);
    print({
      starts: STARTS,
      medianMs: Math.round(times[STARTS >> 1] ?? NaN),
      maxMs: Math.round(times.at(-1) ?? NaN),
    });
    print(
      await started(data, async (_, pid) => {
        await pause(IDLE_S * 1_000);
        const own = processFamily(pid).map(({ pid: each, type }) => ({
          type,
          pssMiB: memoryOf(each),
        }));
        const total = own.reduce((sum, { pssMiB }) => sum + pssMiB, 0);
        return { idleAfterS: IDLE_S, totalPssMiB: Math.round(total), processes: own };
      }),
    );
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/**
 * @template T
 * @param {string} data user data of the app
 * @param {(usableMs: number, pid: number) => Promise<T>} look
 * @returns {Promise<T>}
 */
async function started(data, look) {
  const before = Date.now();
  const app = spawn(
    join(root, 'release/linux-unpacked/twintrain'),
    [...electronArguments(), `--remote-debugging-port=${PORT}`, `--user-data-dir=${data}`],
    { stdio: 'ignore' },
  );
  const gone = new Promise((resolve) => app.once('exit', resolve));
  try {
    const browser = await connected();
    const page = browser.contexts()[0]?.pages()[0];
    if (page === undefined) throw new Error('the app has no window');
    const usableAt = await page.evaluate(async () => {
      for (;;) {
        const [mark] = performance.getEntriesByName('usable');
        if (mark !== undefined) return performance.timeOrigin + mark.startTime;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    const seen = await look(usableAt - before, app.pid ?? 0);
    await browser.close();
    return seen;
  } finally {
    app.kill('SIGTERM');
    await gone;
  }
}

async function connected() {
  for (const deadline = Date.now() + 30_000; ;) {
    try {
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${PORT}`, {
        noDefaults: true,
      });
      if ((browser.contexts()[0]?.pages().length ?? 0) > 0) return browser;
      await browser.close();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    // Rarely enough that polling does not slow the app down.
    await pause(100);
  }
}

/** Proportional set size: pages that several processes share are counted once. @param {number} pid */
function memoryOf(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Math.round(Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]) / 1_024);
}

/** @param {object} line */
function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
