import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reportText } from './reportText';
import { exitStatusOf, verifiedNow } from './verifiedNow';

const usage = `Usage: node verify.mjs [BUNDLE.zip or its unpacked folder] [--json] [--key ID]

Without a path, the folder of this file is verified. --key requires a signature by that key
(sha256 of its public key). Exit: 0 clean, 1 findings, 2 not a bundle.
`;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      key: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(usage);
  else {
    const path = positionals[0] ?? dirname(fileURLToPath(import.meta.url));
    const report = verifiedNow(path, values.key ?? null);
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : reportText(report));
    process.exitCode = exitStatusOf(report);
  }
} catch (error) {
  process.stderr.write(
    `verify: ${error instanceof Error ? error.message : String(error)}\n${usage}`,
  );
  process.exitCode = 2;
}
