// @ts-check
/**
 * Chromium's sandbox refuses to run as root. Only development and tests start this way; a package
 * keeps the sandbox.
 * @returns {string[]}
 */
export function electronArguments() {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}
