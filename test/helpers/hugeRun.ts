import { createHash } from 'node:crypto';
import { cpSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A finished run whose final weights are a sparse hole of this many bytes.
 *
 * @param small finished run to make it of
 */
export function hugeRun(small: string, folder: string, bytes: number): string {
  const run = join(folder, 'huge/sequential');
  cpSync(small, run, { recursive: true });
  const header = JSON.stringify({
    'big/kernel': { dtype: 'F32', shape: [bytes / 4], data_offsets: [0, bytes] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(join(run, 'final-weights.safetensors'), 'w');
  writeSync(file, length);
  writeSync(file, header);
  ftruncateSync(file, 8 + header.length + bytes);
  const zeros = createHash('sha256');
  const piece = Buffer.alloc(2 ** 24);
  for (let at = 0; at < bytes; at += piece.length)
    zeros.update(piece.subarray(0, Math.min(piece.length, bytes - at)));
  writeFileSync(
    join(run, 'final-weights.json'),
    JSON.stringify([
      { layer: 'big', role: 'kernel', shape: [bytes / 4], sha256: zeros.digest('hex') },
    ]),
  );
  return run;
}
