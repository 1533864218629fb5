import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { installedElectron } from '../../build/bootstrap/electron.mjs';
import { electronArguments } from '../../build/electronArguments.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export interface OpenedApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly userData: string;
  /** What the page complained about; a test expects none. */
  readonly pageErrors: readonly string[];
  readonly close: () => Promise<void>;
}

/** The real app in the real Electron, with user data of its own. */
export async function launchApp(): Promise<OpenedApp> {
  const userData = mkdtempSync(join(tmpdir(), 'twintrain-e2e-'));
  const executablePath = installedElectron(root);
  if (executablePath === undefined) throw new Error('Electron is missing: run npm run bootstrap');
  const app = await _electron.launch({
    executablePath,
    args: [...electronArguments(), root, `--user-data-dir=${userData}`],
  });
  const page = await app.firstWindow();
  const pageErrors: string[] = [];
  page.on('pageerror', (error) => pageErrors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  return {
    app,
    page,
    userData,
    pageErrors,
    close: async () => {
      await app.close();
      rmSync(userData, { recursive: true, force: true });
    },
  };
}
