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

/**
 * The real app in the real Electron.
 * @param words further command-line arguments, such as a file to open
 * @param userData of an earlier app; by default it has user data of its own
 * @param env in addition to the environment of the test
 */
export async function launchApp(
  words: readonly string[] = [],
  userData = mkdtempSync(join(tmpdir(), 'twintrain-e2e-')),
  env: Readonly<Record<string, string>> = {},
): Promise<OpenedApp> {
  const executablePath = installedElectron(root);
  if (executablePath === undefined) throw new Error('Electron is missing: run npm run bootstrap');
  const app = await _electron.launch({
    executablePath,
    env: {
      ...(process.env as Record<string, string>),
      TWINTRAIN_SETTINGS: join(userData, 'settings'),
      TWINTRAIN_DATA_CACHE: join(userData, 'data'),
      ...env,
    },
    args: [...electronArguments(), root, `--user-data-dir=${userData}`, ...words],
  });
  // No one is there to answer about unsaved changes when a test ends.
  await app.evaluate(({ dialog }) => {
    dialog.showMessageBoxSync = () => 0;
  });
  const page = await app.firstWindow();
  const pageErrors: string[] = [];
  page.on('pageerror', (error) => pageErrors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  // What is sent to a page that is not mounted yet is lost.
  await page.getByRole('navigation', { name: 'Places' }).waitFor();
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
