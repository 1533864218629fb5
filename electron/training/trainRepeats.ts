import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeSafetensors, encodeSafetensors } from '../../shared/runs/safetensors';
import { runFiles } from '../../shared/runs/runFiles';
import type { RepeatKind, TrainedRepeat } from '../../shared/compare/repeats';
import type { Script } from '../../shared/training/script';
import { writeAnnotation } from '../runs/annotationFile';
import { writeWhole } from '../files/writeFile';
import { makeFolder } from '../files/writeFolder';
import { AppError } from '../../shared/lib/appError';
import { nameOf } from '../../shared/runs/runColumns';
import { summariseRun } from '../runs/summariseRun';
import { readManifest } from '../runs/readRun';
import { readScript } from '../runs/readScript';
import { placedModels } from './placedModels';
import { doneOrAborted, startScript } from './trainerHost';
import type { TrainAgainPorts } from './trainAgain';

export interface RepeatPorts extends TrainAgainPorts {
  readonly onPhase: (phase: string) => void;
  readonly now: () => Date;
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
  const trained: TrainedRepeat[] = [];
  try {
    await trainEach(folder, seeds, place, ports, (own) => trained.push(own));
  } catch (error) {
    if (trained.length === 0 && !ports.signal.aborted) {
      rmSync(place, { recursive: true, force: true });
    }
    throw error;
  }
  return trained;
}

async function trainEach(
  folder: string,
  seeds: number,
  place: string,
  ports: RepeatPorts,
  onTrained: (repeat: TrainedRepeat) => void,
): Promise<void> {
  const { id, script: own, randomness, data, engine } = readManifest(folder);
  await ports.ready(engine.mode);
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
  for (const [index, plan] of plans.entries()) {
    ports.onPhase(`Training repeat ${index + 1} of ${plans.length}`);
    const models = placedModels(plan.script, ({ runId }) => join(resolve(place), plan.name, runId));
    const createdAt = ports.now().toISOString();
    const running = startScript({ ...plan.script, createdAt, models }, ports.spawn, () => {});
    await doneOrAborted(running, ports.signal, () => running.stop());
    const repeat = models[own.model]?.folder ?? '';
    refuseOtherData(folder, data.sha256, repeat);
    writeAnnotation(repeat, {
      name: `Repeat of ${nameOf({ ...summariseRun(folder), twin: null })}: ${plan.name}`.slice(
        0,
        200,
      ),
      note: `Repeat of ${folder}: ${descriptions[plan.kind]}`,
      tags: ['repeat', `repeat of ${id}`.slice(0, 64)],
    });
    if (ports.signal.aborted) {
      throw new AppError('stopped', 'Stopped.', 'What was trained until then is kept.');
    }
    onTrained({ kind: plan.kind, folder: repeat });
  }
}

/** @throws {AppError} bad-data: repeats on other data would be called noise */
function refuseOtherData(folder: string, sha256: string, repeat: string): void {
  if (readManifest(repeat).data.sha256 === sha256) return;
  rmSync(repeat, { recursive: true, force: true });
  throw new AppError(
    'bad-data',
    `The data that ${folder} was trained on has changed since, so it cannot be repeated.`,
    'Put the data back as it was, or train the run anew.',
  );
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
