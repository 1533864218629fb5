/** What training runs on: the CPU or an NVIDIA GPU. */
export type Device = 'cpu' | 'cuda';

export interface RuntimeState {
  /** The chosen device. */
  readonly device: Device;
  /** Empty in a checkout, which has its own runtime for the CPU. */
  readonly devices: readonly DeviceRuntime[];
  /** What NVIDIA's driver reports about itself; null if there is none. */
  readonly driver: string | null;
}

export interface DeviceRuntime {
  readonly device: Device;
  readonly isReady: boolean;
  /** Names of the files to fetch, and their size. */
  readonly files: readonly string[];
  readonly downloadMiB: number;
}
