// @ts-check
import { endWith, ensureReady } from './ensure.mjs';
import { say } from './process.mjs';

ensureReady().then(({ electron }) => say(`ready; Electron is ${electron}`), endWith);
