import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { DataFacts } from '../../shared/architecture/dataFacts';
import type { EngineChoice, EngineSelection } from '../../shared/engines/engineCatalog';
import { isShortRun } from '../../shared/engines/shortRun';
import type { Script } from '../../shared/training/script';
import { dataCacheFolder } from '../data/cache/dataCacheFolder';
import { MEASURED } from '../data/cache/measured';
import { remember, remembered } from '../data/cache/remembered';
import { version } from '../version';
import type { TrainingPorts } from './ports';
import { doneOrAborted, startScript } from './trainerHost';

const measuredSchema = z.strictObject({ mode: z.enum(['graph', 'xla']) });

/**
 * The mode to use for `asked`: if that is `auto`, and the training is long enough for it to matter, it is measured in a process of its own, so that all
 * runs of a comparison can use the same one. What was measured is remembered: the same training is never
 * of another mode the next time, and starts sooner. Null if the signal ended the measurement.
 * @param data what is trained on
 * @throws {AppError} what keeps the script from running at all
 */
export async function selectEngine(
  asked: EngineChoice,
  script: Omit<Script, 'engine'>,
  data: DataFacts,
  { spawn, signal }: Pick<TrainingPorts, 'spawn' | 'signal'>,
  cacheFolder = dataCacheFolder(),
): Promise<EngineSelection | null> {
  if (asked !== 'auto') return { asked, mode: asked };
  const network = (script.models.a ?? script.models.b)?.architecture;
  if (network !== undefined && isShortRun(network, script.training, data)) {
    return { asked, mode: 'graph' };
  }
  const file = join(cacheFolder, MEASURED, `${keyOf(script, data)}.json`);
  const known = remembered(file, measuredSchema);
  if (known !== null) return { asked, mode: known.mode };
  let mode: z.infer<typeof measuredSchema>['mode'] = 'graph';
  const running = startScript(
    { ...script, engine: { asked, mode } },
    spawn,
    (event) => {
      if (event.type === 'mode-chosen') mode = event.mode;
    },
    'choose-mode',
  );
  try {
    await doneOrAborted(running, signal, () => running.kill());
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
  remember(file, { mode });
  return { asked, mode };
}

/** Of all that decides how fast the modes are: the network, the training, the data's size, the machine. */
function keyOf(
  { models, training, environment }: Omit<Script, 'engine'>,
  { rows, features, classes, targets, isWeighted, heldOut }: DataFacts,
): string {
  const cpus = os.cpus();
  const parts = [
    version,
    (models.a ?? models.b)?.architecture,
    training,
    environment,
    [rows, features, classes.length, targets, isWeighted, heldOut],
    [cpus[0]?.model ?? null, cpus.length],
    [existsSync('/dev/nvidiactl'), process.env['CUDA_VISIBLE_DEVICES'] ?? null],
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
