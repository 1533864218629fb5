import type { EngineChoice } from '../../shared/engines/engineCatalog';
import { explanationSentence } from '../../shared/explain/explanation';
import { alignTraced } from '../explain/alignTraced';
import { explainRuns } from '../explain/explainRuns';
import { readManifest } from '../runs/readRun';
import { badArguments, parse } from './arguments';
import { engines } from './engines';
import { datasetsFolder } from './paths';
import { installing } from './terminalPorts';

/** `lab explain RUN_A RUN_B`: the first operation at which they part. @returns the exit status */
export async function explainCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parse(args, { json: { type: 'boolean', default: false } });
  const [a, b, ...rest] = positionals;
  if (a === undefined || b === undefined || rest.length > 0) {
    throw badArguments('explain takes two run folders.');
  }
  const modes = new Set<EngineChoice>([a, b].map((folder) => readManifest(folder).engine.mode));
  for (const mode of modes) await engines.ready(mode, { signal, onProgress: installing() });
  const explained = await explainRuns([a, b], {
    spawn: engines.spawn,
    datasetsFolder,
    signal,
    align: alignTraced,
    onPhase: (phase) => void process.stderr.write(`${phase}.\n`),
  });
  if (explained === null) {
    process.stdout.write(values.json ? 'null\n' : 'Nothing that both recorded differs.\n');
    return 1;
  }
  if (values.json) process.stdout.write(`${JSON.stringify(explained)}\n`);
  else {
    const lines = [
      explanationSentence(explained),
      ...explained.notes.map((note) => `Note: ${note}`),
      'From there it went through:',
      ...explained.path.map((place) => `  ${place}`),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return 0;
}
