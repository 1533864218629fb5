import { existsSync } from 'node:fs';
import { AppError } from '../../shared/lib/appError';
import { reportText } from '../bundle/verify/reportText';
import { verifyBundle } from '../bundle/verify/verify';
import { badArguments, parse } from './arguments';

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
  const steps = verifyBundle(path, values.key ?? null);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const report = step.value;
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : reportText(report));
  return !report.isBundle ? 2 : report.findings.length > 0 ? 1 : 0;
}
