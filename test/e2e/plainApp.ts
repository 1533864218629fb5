import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, expect, type Page } from '@playwright/test';
import { installedElectron } from '../../build/bootstrap/electron.mjs';
import { electronArguments } from '../../build/electronArguments.mjs';
import { processFamily } from '../../build/processFamily.mjs';
import { root } from './launchApp';

/**
 * The app as a user starts it, with nothing attached to it. Playwright's own start holds on to every
 * page, and gives up a page whose process is killed; here it only connects through Chromium's debugging
 * port.
 */
export class PlainApp {
  readonly #port: number;
  readonly process: ChildProcess;

  constructor(userData: string, port: number) {
    const electron = installedElectron(root);
    if (electron === undefined) throw new Error('Electron is missing: run npm run bootstrap');
    this.#port = port;
    const own = [`--user-data-dir=${userData}`, `--remote-debugging-port=${port}`];
    this.process = spawn(electron, [...electronArguments(), root, ...own], { stdio: 'ignore' });
  }

  /** Works with the page, then lets go of it. */
  async look<T>(work: (page: Page) => Promise<T>): Promise<T> {
    let browser;
    await expect(async () => {
      browser = await chromium.connectOverCDP(`http://127.0.0.1:${this.#port}`, {
        noDefaults: true,
      });
      if (browser.contexts()[0]?.pages().length !== 1) throw new Error('it has no window yet');
    }).toPass({ timeout: 30_000 });
    const opened = browser as unknown as Awaited<ReturnType<typeof chromium.connectOverCDP>>;
    try {
      return await work(opened.contexts()[0]?.pages()[0] as Page);
    } finally {
      await opened.close();
    }
  }

  /** Kills what is left of it; settles when all of it is gone. */
  async end(): Promise<void> {
    const pids = this.processes().map(({ pid }) => pid);
    this.process.kill('SIGKILL');
    await expect.poll(() => pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  }

  processes() {
    return processFamily(this.process.pid ?? -1);
  }
}
