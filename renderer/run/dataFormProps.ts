import type { Api } from '../../shared/ipc/contract';
import type { ChosenData } from '../state/chosenData.svelte';

/** What every form of a kind of data is given. */
export interface DataFormProps {
  readonly data: ChosenData;
  readonly api: Api;
  /** Runs an action and shows what it throws. */
  readonly attempt: (action: () => Promise<void>) => void;
}
