import { AppError, type ErrorCode } from '../../shared/lib/appError';
import { articleCommand } from './articleCommand';
import { badArguments } from './badArguments';
import { compareCommand } from './compareCommand';
import { dataCommand } from './dataCommand';
import { diffCommand } from './diffCommand';
import { environmentsCommand } from './environmentsCommand';
import { observeCommand } from './observeCommand';
import { evaluateCommand } from './evaluateCommand';
import { explainCommand } from './explainCommand';
import { exportCommand } from './exportCommand';
import { importCommand } from './importCommand';
import { predictCommand } from './predictCommand';
import { noiseCommand } from './noiseCommand';
import { replayCommand } from './replayCommand';
import { resumeCommand } from './resumeCommand';
import { runCommand } from './runCommand';
import { runsCommand } from './runsCommand';
import { saveCommand } from './saveCommand';
import { startCommand } from './startCommand';
import { sourceCommand } from './sourceCommand';
import { usage } from './usage';
import { verifyCommand } from './verifyCommand';

/** Errors in what the user gave; all others are failures of the work itself. */
const badInput: ReadonlySet<ErrorCode> = new Set([
  'bad-arguments',
  'bad-project',
  'bad-data',
  'bad-run-folder',
  'bad-bundle',
  'file-not-found',
  'cannot-write',
]);

const stop = new AbortController();
process.on('SIGINT', () => {
  if (stop.signal.aborted) process.exit(130);
  process.stderr.write('\nStopping; press Ctrl+C again to end at once.\n');
  stop.abort();
});
process.on('SIGTERM', () => stop.abort());
// It is not an error if the reader stops reading (`lab … | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : 1),
);

async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === undefined || [command, ...args].some((own) => own === '--help' || own === '-h')) {
    process.stdout.write(usage);
    return command === undefined ? 2 : 0;
  }
  switch (command) {
    case 'article':
      return articleCommand(args, stop.signal);
    case 'run':
      return runCommand(args, stop.signal);
    case 'import':
      return importCommand(args);
    case 'source':
      return sourceCommand(args);
    case 'resume':
      return resumeCommand(args, stop.signal);
    case 'compare':
      return compareCommand(args, stop.signal);
    case 'evaluate':
      return evaluateCommand(args, stop.signal);
    case 'predict':
      return predictCommand(args, stop.signal);
    case 'save':
      return saveCommand(args, stop.signal);
    case 'start':
      return startCommand(args, stop.signal);
    case 'observe':
      return observeCommand(args, stop.signal);
    case 'explain':
      return explainCommand(args, stop.signal);
    case 'noise':
      return noiseCommand(args, stop.signal);
    case 'export':
      return exportCommand(args, stop.signal);
    case 'verify':
      return verifyCommand(args);
    case 'replay':
      return replayCommand(args, stop.signal);
    case 'data':
      return dataCommand(args, stop.signal);
    case 'diff':
      return diffCommand(args, stop.signal);
    case 'runs':
      return runsCommand(args, stop.signal);
    case 'environments':
      return environmentsCommand(args, stop.signal);
    case 'help':
      process.stdout.write(usage);
      return 0;
    default:
      throw badArguments(`There is no command "${command}".`);
  }
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (error instanceof AppError) {
      process.stderr.write(`lab: ${error.message}\n  What to do: ${error.remedy}\n`);
      process.exitCode = error.code === 'stopped' ? 130 : badInput.has(error.code) ? 2 : 1;
    } else {
      process.stderr.write(`lab: ${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    }
  },
);
