import type { DataFacts } from '../../shared/architecture/dataFacts';
import type { EngineChoice } from '../../shared/engines/engineCatalog';
import type { ExperimentFile } from '../../shared/runs/experimentFile';
import type { DataSource } from '../../shared/data/dataSource';
import type { TrainingEvent } from '../../shared/training/trainingEvent';
import type { RunningScript } from './trainerHost';
import type { SpawnTrainer } from './trainerProcess';

/** What every kind of training needs from its surroundings. */
export interface TrainingPorts {
  readonly spawn: SpawnTrainer;
  /** Makes sure that what an engine needs is installed. @throws {AppError} why it cannot be */
  readonly ready: (engine: EngineChoice) => Promise<void>;
  readonly datasetsFolder: string;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly emit: (event: TrainingEvent) => void;
}

/** What an experiment needs in addition: data to look at, a folder, and what is resumed. */
export interface ExperimentPorts extends TrainingPorts {
  /** Reads the data; the app does it in a thread, since it may take a while. */
  readonly lookAtData: (source: DataSource) => Promise<DataFacts>;
  /** Makes the experiment's folder, asked for once the input is known to be good. */
  readonly folder: () => string;
  /** What is resumed; null starts a new experiment. */
  readonly before: ExperimentFile | null;
  /** How many processes may train at once, given the threads of each. */
  readonly processes: (threads: number) => number;
  /** Called when the process of these runs has started and can be paused. */
  readonly onRunning: (runs: readonly string[], running: RunningScript) => void;
}

/** As many as the CPU cores allow, at most 4; each also takes some 400 MB of memory. */
export function processesFor(cpuCount: number): (threads: number) => number {
  return (threads) => Math.max(1, Math.min(4, Math.floor(cpuCount / threads)));
}
