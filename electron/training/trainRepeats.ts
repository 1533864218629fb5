import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeSafetensors, encodeSafetensors } from '../../shared/runs/safetensors';
import { runFiles } from '../../shared/runs/runFiles';
import type { RepeatKind, TrainedRepeat } from '../../shared/compare/repeats';
import type { Script, ScriptModel } from '../../shared/training/script';
import { writeAnnotation } from '../runs/annotationFile';
import { writeWhole } from '../files/writeFile';
import { makeFolder } from '../files/writeFolder';
import { AppError } from '../../shared/lib/appError';
import { readManifest } from '../runs/readRun';
import { readScript } from '../runs/readScript';
import { doneOrAborted, startScript } from './trainerHost';
import type { TrainAgainPorts } from './trainAgain';

export interface RepeatPorts extends TrainAgainPorts {
  readonly onPhase: (phase: string) => void;
}

/**
 * Repeats a run as it is, with other seeds, and with one bit of one initial weight changed: how far they
 * are from it is what chance and rounding alone bring about.
 *
 * @param folder of the run
 * @param seeds how many other seeds
 * @param place where the repeats' folders are made
 * @throws {AppError} file-not-found, bad-run-folder, stopped, and what training throws
 */
export async function trainRepeats(
  folder: string,
  seeds: number,
  place: string,
  ports: RepeatPorts,
): Promise<readonly TrainedRepeat[]> {
  const { id, script: own, randomness } = readManifest(folder);
  const script = { ...readScript(folder), datasetsFolder: ports.datasetsFolder };
  const plans: { readonly kind: RepeatKind; readonly name: string; readonly script: Script }[] = [
    { kind: 'same', name: 'same-seed', script },
    ...Array.from({ length: seeds }, (_, index) => ({
      kind: 'seed' as const,
      name: `seed-${index + 1}`,
      script: {
        ...script,
        randomness: { ...randomness, seed: `${randomness.seed} repeat ${index + 1}` },
      },
    })),
    { kind: 'bit', name: 'one-bit', script: withOneBit(folder, script, makeFolder(place)) },
  ];
  const trained: TrainedRepeat[] = [];
  for (const [index, plan] of plans.entries()) {
    ports.onPhase(`Training repeat ${index + 1} of ${plans.length}`);
    const models = Object.fromEntries(
      Object.entries(plan.script.models).map(([name, model]) => [
        name,
        { ...model, folder: join(resolve(place), plan.name, (model as ScriptModel).runId) },
      ]),
    ) as Script['models'];
    const running = startScript({ ...plan.script, models }, ports.spawn, () => {});
    await doneOrAborted(running, ports.signal, () => running.kill());
    if (ports.signal.aborted) throw new AppError('stopped', 'Stopped.', 'Run it again.');
    const repeat = models[own.model]?.folder ?? '';
    writeAnnotation(repeat, {
      name: '',
      note: `Repeat of ${folder}: ${descriptions[plan.kind]}`,
      tags: ['repeat', `repeat of ${id}`.slice(0, 64)],
    });
    trained.push({ kind: plan.kind, folder: repeat });
  }
  return trained;
}

const descriptions: Readonly<Record<RepeatKind, string>> = {
  same: 'the same seed, so it must be exact.',
  seed: 'another seed.',
  bit: 'the last bit of one initial weight changed.',
};

/**
 * The same script from the run's own first weights, of which one is off by one unit in the last place: the
 * largest of the last layer, since an entry for an input that is always 0 would change nothing.
 */
function withOneBit(folder: string, script: Script, place: string): Script {
  const file = new Uint8Array(readFileSync(join(folder, runFiles.initialWeights)));
  const tensors = decodeSafetensors(file);
  const last = tensors.filter(({ shape }) => shape.length > 1).at(-1) ?? tensors.at(-1);
  if (last !== undefined) {
    const { values } = last;
    let at = 0;
    values.forEach((own, index) => {
      if (Math.abs(own) > Math.abs(values[at] as number)) at = index;
    });
    const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
    bits[at] = (bits[at] as number) ^ 1;
  }
  const path = join(place, 'one-bit.safetensors');
  writeWhole(path, encodeSafetensors(tensors));
  return { ...script, initialWeights: path };
}
