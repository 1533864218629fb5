import os from 'node:os';
import type { ArticleOptions } from '../../shared/protocols/articleOptions';
import { isAsExpected } from '../../shared/protocols/protocolResult';
import { runArticle } from '../training/runArticle';
import { processesFor } from '../training/ports';
import { sayHowToResume, terminalPorts, type Training } from './terminalPorts';
import { articleTable } from './table';

/** Trains under the protocols and prints what each finds. @returns the exit status */
export async function trainArticle(options: ArticleOptions, training: Training): Promise<number> {
  const { ports, progress, labelOf } = terminalPorts(training, processesFor(os.cpus().length));
  let folder: string | null = null;
  const results = await runArticle(options, {
    ...ports,
    emit: (event) => {
      ports.emit(event);
      if (event.type === 'folder') folder = event.folder;
      if (event.type === 'process-failed') {
        progress.end();
        process.stderr.write(`${event.runs.map(labelOf).join(' and ')}: ${event.error.message}\n`);
      } else if (event.type === 'result' && training.isJson) {
        process.stdout.write(`${JSON.stringify(event.result)}\n`);
      }
    },
  });
  progress.end();
  if (training.signal.aborted) {
    sayHowToResume(folder);
    return 130;
  }
  if (!training.isJson) process.stdout.write(articleTable(results));
  return results.every(isAsExpected) ? 0 : 1;
}
