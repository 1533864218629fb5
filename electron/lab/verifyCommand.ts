import { existsSync } from 'node:fs';
import { AppError } from '../../shared/lib/appError';
import { reportText } from '../bundle/verify/reportText';
import { exitStatusOf, verifiedNow } from '../bundle/verify/verifiedNow';
import { parse } from './arguments';
import { badArguments } from './badArguments';

/** `lab verify B.zip`. @returns the exit status */
export function verifyCommand(args: readonly string[]): number {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    key: { type: 'string' },
  });
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) throw badArguments('verify takes one bundle.');
  if (!existsSync(path)) {
    throw new AppError('file-not-found', `There is no file ${path}.`, 'Check the path.');
  }
  const report = verifiedNow(path, values.key ?? null);
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : reportText(report));
  return exitStatusOf(report);
}
