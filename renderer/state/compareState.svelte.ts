import type { Api } from '../../shared/ipc/contract';
import type { ComparedRuns, TensorPlace } from '../../shared/compare/comparedRuns';
import type { ComparedGroups, Groups } from '../../shared/compare/groups';
import { curveDifference } from '../../shared/compare/curves';
import { noiseOf, repeatsOf, type Repeat, type TrainedRepeat } from '../../shared/compare/repeats';
import { repairsOf } from '../../shared/compare/repair';
import type { Flips } from '../../shared/compare/flips';
import type { MeasuredWeights } from '../../shared/compare/measuredSteps';
import { differingSettings, ignoredByDefault } from '../../shared/compare/settingsTable';
import { capabilitiesOf, engineOf, type EngineId } from '../../shared/engines/engineCatalog';
import type { Explanation } from '../../shared/explain/explanation';
import type { TensorDetail } from '../../shared/compare/tensorDifference';
import { toWireError, type WireError } from '../../shared/lib/appError';
import type { RunSummary } from '../../shared/runs/runSummary';

/** Two runs side by side. */
export class CompareState {
  readonly #api: Api;
  readonly #ensure: (engines: readonly EngineId[]) => Promise<boolean>;
  #folders = $state.raw<readonly [string | null, string | null]>([null, null]);
  #compared = $state.raw<ComparedRuns | null>(null);
  #groups = $state.raw<ComparedGroups | null>(null);
  /** Whether the groups are shown; a pair that was opened from them leads back. */
  #areGroupsShown = $state(false);
  #isBusy = $state(false);
  #error = $state.raw<WireError | null>(null);
  #ignored = $state.raw<readonly string[]>(ignoredByDefault);
  #tensor = $state.raw<{ readonly place: TensorPlace; readonly detail: TensorDetail } | null>(null);
  #repeats = $state.raw<readonly Repeat[]>([]);
  /** Whether repeats were looked for. */
  #hasLooked = $state(false);
  #flips = $state.raw<Flips | null>(null);
  #measured = $state.raw<MeasuredWeights | null>(null);
  #explanation = $state.raw<Explanation | null>(null);
  /** What was found before, by pair; null where nothing differs. */
  readonly #explained = new Map<string, Explanation | null>();
  /** The pair that is worked on; null while none is. */
  #workedOn = $state.raw<string | null>(null);
  /** What explaining does now; null while nothing is explained. */
  #phase = $state<string | null>(null);
  #isStopping = $state(false);
  /** Whether it was looked for and nothing differs. */
  #isUnexplained = $state(false);
  /** Increases with every pair, so that a late answer is dropped. */
  #version = 0;

  readonly #difference = $derived.by(() => {
    const runs = this.#compared?.runs;
    return runs === undefined ? null : curveDifference(runs[0].losses, runs[1].losses);
  });
  readonly #noise = $derived.by(() => {
    const runs = this.#compared?.runs;
    if (runs === undefined || this.#repeats.length === 0) return null;
    return noiseOf(runs[0].losses, runs[1].losses, this.#repeats);
  });
  readonly #settings = $derived.by(() => {
    const runs = this.#compared?.runs ?? [];
    return differingSettings(
      runs.map(({ manifest }) => manifest),
      this.#ignored,
    );
  });
  readonly #repairs = $derived.by(() => {
    if (this.#compared === null) return [];
    const { comparison, runs } = this.#compared;
    return repairsOf(comparison, [runs[0].manifest, runs[1].manifest]);
  });

  /** @param ensure asks for what engines need and has it installed; false if the user does not want that */
  constructor(api: Api, ensure: (engines: readonly EngineId[]) => Promise<boolean>) {
    this.#api = api;
    this.#ensure = ensure;
  }

  get folders() {
    return this.#folders;
  }
  get compared() {
    return this.#compared;
  }
  /** Null where none were compared. */
  get groups() {
    return this.#groups;
  }
  get areGroupsShown() {
    return this.#areGroupsShown;
  }
  get isBusy() {
    return this.#isBusy;
  }
  get error() {
    return this.#error;
  }
  get difference() {
    return this.#difference;
  }
  get repairs() {
    return this.#repairs;
  }
  get settings() {
    return this.#settings;
  }
  get ignored() {
    return this.#ignored;
  }
  get tensor() {
    return this.#tensor;
  }
  /** Null without repeats. */
  get noise() {
    return this.#noise;
  }
  get hasLookedForRepeats() {
    return this.#hasLooked;
  }
  /** Null until they are asked for. */
  get flips() {
    return this.#flips;
  }
  /** Null until it is asked for. */
  get measured() {
    return this.#measured;
  }
  get explanation() {
    return this.#explanation;
  }
  get phase() {
    return this.#phase;
  }
  /** Whether what is worked on is not what is shown. */
  get isOtherPair(): boolean {
    const [a, b] = this.#folders;
    return (
      this.#workedOn !== null && (a === null || b === null || pairKey([a, b]) !== this.#workedOn)
    );
  }
  get isStopping() {
    return this.#isStopping;
  }
  get isUnexplained() {
    return this.#isUnexplained;
  }
  /** Whether there is a difference to look into, in engines that can be looked into. */
  get canExplain(): boolean {
    const own = this.#compared;
    return (
      own !== null &&
      own.comparison.recorded !== null &&
      own.runs.every(({ manifest }) => capabilitiesOf(manifest.engine.mode).canNameTensor)
    );
  }

  /** Whether both can be trained again to the bit. */
  get canMeasure(): boolean {
    const own = this.#compared;
    return (
      own !== null &&
      own.runs.every(({ manifest }) => capabilitiesOf(manifest.engine.mode).canNameTensor) &&
      Math.min(...own.runs.map(({ losses }) => losses.length)) > 1
    );
  }

  receivePhase(phase: string): void {
    if (this.#phase !== null) this.#phase = phase;
  }

  async explain(): Promise<void> {
    await this.#work(async (folders) => {
      const explanation = await this.#api.explainRuns({ folders });
      // Kept even if another pair is shown by now.
      this.#explained.set(pairKey(folders), explanation);
      return () => this.#recall(folders);
    });
  }

  /** Trains both repaired, and compares those. */
  async repairBoth(label: string): Promise<void> {
    await this.#work(async (folders) => {
      const repaired = await this.#api.trainRepaired({ folders, label });
      return () => void this.compare(...repaired);
    });
  }

  /** Trains both again, to see their weights between start and end. */
  async measure(): Promise<void> {
    await this.#work(async (folders) => {
      const measured = await this.#api.measureWeights({ folders });
      return () => (this.#measured = measured);
    });
  }

  /** Finds the held-out rows whose predicted class differs. */
  async predict(): Promise<void> {
    await this.#work(async (folders) => {
      const flips = await this.#api.flippedExamples({ folders });
      return () => (this.#flips = flips);
    });
  }

  /** One such work at a time, with its phases; the result of a pair that is no longer shown is dropped. */
  async #work(work: (folders: readonly [string, string]) => Promise<() => void>): Promise<void> {
    const runs = this.#compared?.runs;
    if (runs === undefined || this.#phase !== null) return;
    const engines = runs.map(({ manifest }) => engineOf(manifest.engine.mode));
    const version = this.#version;
    if (!(await this.#ensure(engines)) || version !== this.#version) return;
    this.#phase = 'Starting';
    this.#error = null;
    try {
      const folders = [runs[0].summary.folder, runs[1].summary.folder] as const;
      this.#workedOn = pairKey(folders);
      const take = await work(folders);
      if (version === this.#version) take();
    } catch (error) {
      const own = toWireError(error);
      if (version === this.#version && own.code !== 'stopped') this.#error = own;
    } finally {
      this.#phase = null;
      this.#workedOn = null;
      this.#isStopping = false;
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#api.stopTrainingAgain(null);
  }

  #recall(folders: readonly [string, string]): void {
    const found = this.#explained.get(pairKey(folders));
    this.#explanation = found ?? null;
    this.#isUnexplained = found === null;
  }

  ignore(paths: readonly string[]): void {
    this.#ignored = paths;
  }

  dismissError(): void {
    this.#error = null;
  }

  async compareGroups(groups: Groups): Promise<void> {
    const version = ++this.#version;
    this.#groups = null;
    this.#areGroupsShown = true;
    this.#error = null;
    this.#isBusy = true;
    try {
      const compared = await this.#api.compareGroups({ groups });
      if (version === this.#version) this.#groups = compared;
    } catch (error) {
      if (version === this.#version) this.#error = toWireError(error);
    } finally {
      if (version === this.#version) this.#isBusy = false;
    }
  }

  showGroups(): void {
    this.#areGroupsShown = true;
  }

  hideGroups(): void {
    this.#areGroupsShown = false;
  }

  closeGroups(): void {
    this.#groups = null;
    this.#areGroupsShown = false;
  }

  async compare(a: string, b: string): Promise<void> {
    this.#folders = [a, b];
    await this.#load();
  }

  /** Takes the place that is empty; where none is, a new pair begins. */
  async take(folder: string): Promise<void> {
    const [a, b] = this.#folders;
    this.#folders = a !== null && b === null ? [a, folder] : [folder, null];
    await this.#load();
  }

  async choose(which: 0 | 1): Promise<void> {
    try {
      const chosen = await this.#api.chooseRun(null);
      if (chosen === null) return;
      const [a, b] = this.#folders;
      this.#folders = which === 0 ? [chosen.folder, b] : [a, chosen.folder];
      await this.#load();
    } catch (error) {
      this.#error = toWireError(error);
    }
  }

  async swap(): Promise<void> {
    const [a, b] = this.#folders;
    this.#folders = [b, a];
    await this.#load();
  }

  async #load(): Promise<void> {
    const [a, b] = this.#folders;
    const version = ++this.#version;
    this.#areGroupsShown = false;
    this.#error = null;
    if (a === null || b === null) {
      // What was compared before is no longer what is named above.
      this.#compared = null;
      return;
    }
    this.#isBusy = true;
    try {
      const compared = await this.#api.compareRuns({ folders: [a, b] });
      if (version !== this.#version) return;
      this.#tensor = null;
      this.#measured = null;
      this.#flips = null;
      this.#recall([a, b]);
      this.#repeats = [];
      this.#hasLooked = false;
      this.#compared = compared;
    } catch (error) {
      if (version !== this.#version) return;
      this.#error = toWireError(error);
    } finally {
      if (version === this.#version) this.#isBusy = false;
    }
  }

  async openTensor(place: TensorPlace | null): Promise<void> {
    const runs = this.#compared?.runs;
    if (place === null || runs === undefined) {
      this.#tensor = null;
      return;
    }
    const version = this.#version;
    try {
      const folders = [runs[0].summary.folder, runs[1].summary.folder] as const;
      const detail = await this.#api.tensorDetail({ folders, place });
      if (version === this.#version) this.#tensor = { place, detail };
    } catch (error) {
      this.#error = toWireError(error);
    }
  }

  /** Makes the noise floor of runs that differ from the first in nothing, or in nothing but their seed. */
  async useRepeats(all: readonly RunSummary[]): Promise<void> {
    const [run, other] = this.#compared?.runs ?? [];
    if (run === undefined || other === undefined) return;
    await this.#use(repeatsOf(run.summary, other.summary.folder, all));
    this.#hasLooked = true;
  }

  /** Trains repeats of the first run. */
  async trainRepeats(seeds: number): Promise<void> {
    await this.#work(async ([folder]) => {
      const repeats = await this.#api.trainRepeats({ folder, seeds });
      return () => void this.#use(repeats);
    });
  }

  async #use(repeats: readonly TrainedRepeat[]): Promise<void> {
    const version = this.#version;
    try {
      const folders = repeats.map(({ folder }) => folder);
      const losses = await this.#api.lossesOfRuns({ folders });
      if (version !== this.#version) return;
      this.#repeats = repeats.map((own, at) => ({
        ...own,
        losses: losses[at] ?? new Float32Array(),
      }));
    } catch (error) {
      this.#error = toWireError(error);
    }
  }
}

function pairKey(folders: readonly [string, string]): string {
  return folders.join('\n');
}
