import { forwardPlan } from '../../shared/architecture/forwardPlan';
import { AppError } from '../../shared/lib/appError';
import {
  matchLayers,
  shapesText,
  type Match,
  type WeightedLayer,
} from '../../shared/runs/matchLayers';
import { encodeSafetensors } from '../../shared/runs/safetensors';
import type { Start } from '../../shared/runs/start';
import type { Project } from '../../shared/training/projectFile';
import { writeWhole } from '../files/writeFile';
import type { GivenState } from '../runs/givenWeights';
import type { WeightValues } from '../runs/weightValues';
import type { StartSource, StartWhich } from './startSource';

export interface StartChoice {
  readonly which: StartWhich | null;
  /** Layers of the source by layers of the network; null draws one. */
  readonly matched: ReadonlyMap<string, string | null>;
  /** Restores the optimiser's state. */
  readonly optimiser: boolean;
  /** Random numbers go on where they were. */
  readonly random: boolean;
}

export interface MadeStart {
  readonly start: Start;
  readonly matches: readonly Match[];
  /** Layers of the source. */
  readonly theirs: readonly string[];
  /** Those that nothing takes its weights from. */
  readonly unused: readonly string[];
}

/**
 * Writes a file of weights for a project to start from, by its own layers' names, with what else is restored.
 * @throws {AppError} bad-arguments where it does not fit
 */
export function writeStart(
  project: Project,
  source: StartSource,
  { which, matched, optimiser, random }: StartChoice,
  path: string,
): MadeStart {
  const [architecture] = project.architectures;
  const own = forwardPlan(architecture as (typeof project.architectures)[0]).calls.flatMap(
    ({ spec, weights }) =>
      weights.length === 0
        ? []
        : [{ name: spec.id, shapes: weights.map(({ shape }) => shape), weights }],
  );
  const theirs = layersIn(source.weights);
  const matches = matchedOrRefused(own, theirs, matched);
  if (matches.every(({ from }) => from === null)) {
    throw refused(
      `None of the layers fits: those of ${source.name} are ${theirs.map(shaped).join(', ')}; the project's are ${own.map(shaped).join(', ')}`,
      'Choose other weights, or say which layer takes those of which: --layer OWN=THEIRS.',
    );
  }
  const tensors = matches.flatMap(({ layer, from }) => {
    const given = theirs.find(({ name }) => name === from);
    const roles = own.find(({ name }) => name === layer)?.weights ?? [];
    return (given?.weights ?? []).map(({ shape, values }, at) => ({
      name: `${layer}/${roles[at]?.role ?? ''}`,
      shape,
      values,
    }));
  });
  const drawn = matches.flatMap(({ layer, from }) => (from === null ? [layer] : []));
  const isWhole = matches.every(({ layer, from }) => layer === from) && drawn.length === 0;
  const slots = optimiser ? slotsOf(project, source, isWhole) : [];
  const state = random || optimiser ? stateOf(source, random, project) : null;
  const start: Start = {
    format: 1,
    from: source.name,
    which:
      which === null
        ? source.optimiser === null
          ? 'file'
          : 'final'
        : typeof which === 'string'
          ? which
          : 'step',
    step: source.snapshot?.place.step ?? null,
    matched: matches.flatMap(({ layer, from }) =>
      from === null || from === layer ? [] : [{ layer, from }],
    ),
    drawn,
    optimiser,
    random,
  };
  const all = [
    ...tensors,
    ...slots.map((values, at) => ({ name: `slot/${at}`, shape: [values.length], values })),
  ];
  writeWhole(
    path,
    encodeSafetensors(all, {
      start: JSON.stringify(start),
      ...(state !== null && { state: JSON.stringify(state) }),
    }),
  );
  const used = new Set(matches.map(({ from }) => from));
  const names = theirs.map(({ name }) => name);
  return {
    start,
    matches,
    theirs: names,
    unused: theirs.flatMap(({ name }) => (used.has(name) ? [] : [name])),
  };
}

/** Its name and the shapes of its weights. */
function shaped({ name, shapes }: WeightedLayer): string {
  return `${name} ${shapesText(shapes)}`;
}

function layersIn(weights: readonly WeightValues[]) {
  const names = [...new Set(weights.map(({ layer }) => layer))];
  return names.map((name) => {
    const own = weights.filter(({ layer }) => layer === name);
    return { name, shapes: own.map(({ shape }) => shape), weights: own };
  });
}

function matchedOrRefused(...given: Parameters<typeof matchLayers>): readonly Match[] {
  try {
    return matchLayers(...given);
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error), 'Name layers that fit.');
  }
}

function slotsOf(
  { training, engine }: Project,
  { snapshot, optimiser, name }: StartSource,
  isWhole: boolean,
): readonly Float32Array[] {
  const no = (why: string, remedy = 'Restore the weights alone.') =>
    refused(`The optimiser's state cannot be restored: ${why}`, remedy);
  if (engine.startsWith('keras')) throw no('Keras takes weights only');
  if (snapshot === null) throw no(...noStateOf(optimiser !== null, name));
  if (!isWhole) throw no('the weights are not those of the very same layers');
  if (optimiser !== training.optimiser.kind) {
    throw no(
      `it is that of ${String(optimiser)}, and the project trains with ${training.optimiser.kind}`,
    );
  }
  return snapshot.slots;
}

function stateOf(
  { snapshot, order, optimiser, name }: StartSource,
  random: boolean,
  { randomness, engine }: Project,
): GivenState {
  const no = (why: string, remedy = 'Restore the weights alone.') =>
    refused(`Random numbers cannot go on: ${why}`, remedy);
  if (snapshot === null) throw no(...noStateOf(optimiser !== null, name));
  const { step, globalRandom } = snapshot.place;
  if (random && engine.startsWith('keras')) throw no('Keras takes weights only');
  if (random && randomness.regime === 'global' && globalRandom === null) {
    throw no(`${name} was trained under controlled randomness, and the project is not`);
  }
  const isShared = random && randomness.regime === 'global';
  return {
    step,
    globalRandom: isShared ? globalRandom : null,
    order: isShared && order !== null ? [...order] : null,
  };
}

/** Why a source has no state, and what to do. */
function noStateOf(isRun: boolean, name: string): readonly [string, string?] {
  return isRun
    ? [
        `that of ${name} is known after a step, and no step is named`,
        'Name the step: --step N, or in the window "After a step".',
      ]
    : [`${name} is a file of weights. Only a run has a state, after a step`];
}

function refused(message: string, remedy: string): AppError {
  return new AppError('bad-arguments', `${message}.`, remedy);
}
