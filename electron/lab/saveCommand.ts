import { resolve } from 'node:path';
import {
  formatOfName,
  saveFormatNames,
  saveFormats,
  type SaveFormat,
  type SaveFormatName,
} from '../../shared/saving/saveFormats';
import { saveRun } from '../saving/saveRun';
import { version } from '../version';
import { parse } from './arguments';
import { weightStage } from './weightStage';
import { badArguments } from './badArguments';
import { engines } from './engines';
import { datasetsFolder } from './paths';
import { installing } from './terminalPorts';

/** `lab save RUN -o X`: the trained network as a file or folder of another library. @returns the exit status */
export async function saveCommand(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    weights: { type: 'string', default: 'final' },
    format: { type: 'string' },
    out: { type: 'string', short: 'o' },
    replace: { type: 'boolean', default: false },
  });
  const stage = weightStage(values.weights);
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) throw badArguments('save takes one run folder.');
  const { out } = values;
  if (out === undefined) throw badArguments('Name the file or folder to make: -o X.');
  const format = formatOf(values.format, out);
  const { needs }: SaveFormat = saveFormats[format];
  if (needs !== null) await engines.ready(needs, { signal, onProgress: installing() });
  const plan = {
    ...{ folder: resolve(folder), stage, format, path: out, datasetsFolder, version },
    at: Date.now(),
    replace: values.replace,
  };
  const saved = await saveRun(plan, (file, to) => engines.savedModel(file, to, signal));
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ format, weights: stage, ...saved })}\n`
      : `${saved.path}\n${saved.preprocessing}\n${saved.code}\n\n${saved.snippet}`,
  );
  return 0;
}

function formatOf(named: string | undefined, out: string): SaveFormatName {
  const known = saveFormatNames.find((own) => own === named);
  if (known !== undefined) return known;
  if (named !== undefined) throw badArguments(`--format is one of ${saveFormatNames.join(', ')}.`);
  const byEnding = formatOfName(out);
  if (byEnding !== null) return byEnding;
  throw badArguments(`Name the format: --format ${saveFormatNames.join(', ')}.`);
}
