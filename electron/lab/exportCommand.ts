import { countText } from '../../shared/lib/countText';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { exportBundle } from '../bundle/exportBundle';
import { signerOf } from '../bundle/signer';
import { refuseOverwriting } from '../files/refuseOverwriting';
import { version } from '../version';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { datasetsFolder, verifiers } from './paths';

/** `lab export RUN... -o B.zip`. @returns the exit status */
export async function exportCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    out: { type: 'string', short: 'o' },
    data: { type: 'string', default: 'embed' },
    key: { type: 'string' },
  });
  const { out, data, key } = values;
  if (positionals.length === 0) throw badArguments('export takes one run folder or more.');
  if (out === undefined) throw badArguments('export needs -o with the name of the bundle.');
  if (data !== 'embed' && data !== 'hash') throw badArguments('--data is "embed" or "hash".');
  refuseOverwriting(out, key === undefined ? [] : [key], true);
  const exported = await exportBundle({
    folders: positionals,
    path: out,
    data,
    signer: key === undefined ? null : signerOf(readKey(key)),
    datasetsFolder,
    version,
    verifiers,
    signal,
    // Yields, so that a signal to stop is noticed.
    onProgress: () => setImmediate(),
  });
  const { bundleId, sha256, bytes, runs, unfinished } = exported;
  for (const name of unfinished) {
    process.stderr.write(
      `Note: ${name} is included up to where it got; its training did not finish.\n`,
    );
  }
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ bundle: out, ...exported })}\n`
      : `${out}: ${countText(runs, 'run')}, ${bytes} bytes\nbundle id ${bundleId}\nsha256 ${sha256}\n`,
  );
  return 0;
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw badArguments(`--key: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
