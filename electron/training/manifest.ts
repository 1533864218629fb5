import { basename } from 'node:path';
import { dropoutCalls } from '../../shared/architecture/dropoutCalls';
import { RUN_FORMAT, type RunManifest } from '../../shared/runs/run';
import { actionText, type Script, type ScriptModel } from '../../shared/training/script';
import { targetsOf, type Dataset } from '../data/dataset';
import type { GivenWeights } from '../runs/givenWeights';

export function modelOf(script: Script, name: 'a' | 'b'): ScriptModel {
  const model = script.models[name];
  if (model === undefined) throw new Error(`The script has no model ${name}`);
  return model;
}

/**
 * run.json: all that was decided before the first draw.
 * @param ran the engine and machine that run it; an engine that reports this later adds it itself
 */
export function manifestOf<R>(
  script: Script,
  name: 'a' | 'b',
  dataset: Dataset,
  given: GivenWeights | null,
  ran: R,
): Omit<RunManifest, 'ran'> & { readonly ran: R } {
  const { runId, architecture } = modelOf(script, name);
  const { rows, features, classes, sha256, columns, heldOut, targetScale } = dataset;
  return {
    twintrain: 'run',
    format: RUN_FORMAT,
    id: runId,
    createdAt: script.createdAt,
    architecture,
    training: script.training,
    environment: script.environment,
    engine: script.engine,
    randomness: script.randomness,
    recording: script.recording,
    script: {
      protocol: script.protocol,
      actions: script.actions.map(actionText),
      model: name,
    },
    data: {
      source: script.data,
      rows,
      features,
      classes: [...classes],
      targets: targetsOf(dataset),
      sha256,
      ...(heldOut !== null && { heldOut }),
      ...(dataset.rowWeights !== null && { isWeighted: true }),
      ...(dataset.groups !== null && { isGrouped: true }),
      ...(targetScale !== null && { targetScale: [...targetScale] }),
      ...(columns !== null && { columns: [...columns] }),
    },
    ran,
    dropout: [...dropoutCalls(architecture)],
    initialWeights: given && {
      file: basename(given.path),
      sha256: given.sha256,
      ...(given.start !== null && { start: given.start }),
    },
  };
}
