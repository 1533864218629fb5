import { z } from 'zod';
import type { EpochRecord } from '../../runs/run';
import type { CallbackConfig } from './callbackConfig';
import type { CallbackRecord } from './callbackRecord';
import { improves, type Monitor } from './monitor';

const count = z.int().min(0);
/** A number as text, which JSON keeps exactly even if it is not finite. */
const best = z.string().nullable();

/** What the callbacks remember from epoch to epoch. */
export const callbackStateSchema = z.strictObject({
  earlyStopping: z.strictObject({ best, bestEpoch: count, wait: count }),
  reduceOnPlateau: z.strictObject({ best, wait: count, cooldown: count }),
  keepBest: z.strictObject({ best }),
  /** The rate that the schedule begins with: lower once a plateau reduced it. */
  learningRate: z.number(),
});
export type CallbackState = z.infer<typeof callbackStateSchema>;

export function firstCallbackState(learningRate: number): CallbackState {
  return {
    earlyStopping: { best: null, bestEpoch: 0, wait: 0 },
    reduceOnPlateau: { best: null, wait: 0, cooldown: 0 },
    keepBest: { best: null },
    learningRate,
  };
}

export interface AfterEpoch {
  readonly state: CallbackState;
  readonly did: readonly CallbackRecord[];
  /** The weights are the best so far for early stopping, which may put them back. */
  readonly isBestToRestore: boolean;
  readonly isBestToKeep: boolean;
  readonly isStopped: boolean;
}

/**
 * What the callbacks do at the end of an epoch: the rules of Keras 3.15's ModelCheckpoint, ReduceLROnPlateau and
 * EarlyStopping, in that order.
 */
export function afterEpoch(
  config: CallbackConfig,
  before: CallbackState,
  record: EpochRecord,
): AfterEpoch {
  const did: CallbackRecord[] = [];
  const place = { epoch: record.epoch, step: record.lastStep };
  const kept = keptBest(config, before, record);
  if (kept.isBest) did.push({ did: 'kept-best', ...place, value: kept.value });
  const plateau = afterPlateau(config, before, record);
  if (plateau.learningRate < before.learningRate) {
    const { learningRate, value } = plateau;
    did.push({ did: 'reduced-rate', ...place, value, learningRate });
  }
  const early = stoppedEarly(config, before, record);
  if (early.isStopped) {
    const { best: reached, bestEpoch } = early.state;
    did.push({
      did: 'stopped-early',
      ...place,
      value: early.value,
      best: jsonNumber(Number(reached)),
      bestEpoch,
    });
  }
  return {
    state: {
      earlyStopping: early.state,
      reduceOnPlateau: plateau.state,
      keepBest: kept.state,
      learningRate: plateau.learningRate,
    },
    did,
    isBestToRestore: early.isBest,
    isBestToKeep: kept.isBest,
    isStopped: early.isStopped,
  };
}

function keptBest(
  { keepBest }: CallbackConfig,
  { keepBest: state }: CallbackState,
  record: EpochRecord,
) {
  if (keepBest === null) return { state, isBest: false, value: 0 };
  const { value, told } = valueOf(keepBest.monitor, record);
  const isBest = improves(keepBest.monitor, 0, value, numberOf(state.best));
  return { state: isBest ? { best: String(value) } : state, isBest, value: told };
}

function afterPlateau(
  { reduceOnPlateau: config }: CallbackConfig,
  { reduceOnPlateau: before, learningRate }: CallbackState,
  record: EpochRecord,
) {
  if (config === null) return { state: before, learningRate, value: 0 };
  const { value, told } = valueOf(config.monitor, record);
  let { best: reached, wait, cooldown } = before;
  let rate = learningRate;
  if (cooldown > 0) {
    cooldown--;
    wait = 0;
  }
  if (improves(config.monitor, config.minDelta, value, numberOf(reached))) {
    reached = String(value);
    wait = 0;
  } else if (cooldown === 0) {
    wait++;
    // The rate is a float32 variable in Keras.
    const old = Math.fround(learningRate);
    if (wait >= config.patience && old > Math.fround(config.minLearningRate)) {
      rate = Math.fround(Math.max(old * config.factor, config.minLearningRate));
      cooldown = config.cooldown;
      wait = 0;
    }
  }
  return { state: { best: reached, wait, cooldown }, learningRate: rate, value: told };
}

function stoppedEarly(
  { earlyStopping: config }: CallbackConfig,
  { earlyStopping: before }: CallbackState,
  record: EpochRecord,
) {
  const { epoch } = record;
  if (config === null || epoch <= config.startFromEpoch) {
    return { state: before, isBest: false, isStopped: false, value: 0 };
  }
  const { value, told } = valueOf(config.monitor, record);
  if (improves(config.monitor, config.minDelta, value, numberOf(before.best))) {
    const state = { best: String(value), bestEpoch: epoch, wait: 0 };
    return { state, isBest: true, isStopped: false, value: told };
  }
  const wait = before.wait + 1;
  // Keras never stops after the first epoch.
  const isStopped = wait >= config.patience && epoch > 1;
  return { state: { ...before, wait }, isBest: false, isStopped, value: told };
}

function valueOf({ rows, value }: Monitor, record: EpochRecord) {
  const told = record[rows]?.[value];
  if (told === undefined) throw new Error(`The epoch has no ${rows} ${value}`);
  return { value: Number(told), told };
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
