// @ts-check
import { _electron } from 'playwright';
import { installedElectron } from '../bootstrap/electron.mjs';
import { root } from '../bootstrap/ensure.mjs';
import { SetupError } from '../bootstrap/setupError.mjs';
import { electronArguments } from '../electronArguments.mjs';

/**
 * The compiled app with user data of its own, from which it is closed without a question.
 * @template T
 * @param {string} data user data
 * @param {readonly string[]} words further arguments, such as a file to open
 * @param {(page: import('playwright').Page, app: import('playwright').ElectronApplication) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withApp(data, words, work) {
  const executablePath = installedElectron(root);
  if (executablePath === undefined) throw new SetupError('Electron is missing.', 'run npm start.');
  const app = await _electron.launch({
    executablePath,
    env: { .../** @type {Record<string, string>} */ (process.env), TWINTRAIN_SETTINGS: data },
    args: [...electronArguments(), root, `--user-data-dir=${data}`, ...words],
  });
  try {
    return await work(await app.firstWindow(), app);
  } finally {
    await app.evaluate(({ dialog }) => {
      dialog.showMessageBoxSync = () => 0;
    });
    await app.close();
  }
}
