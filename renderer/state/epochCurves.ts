import type { EpochRecord } from '../../shared/runs/run';
import { Curve } from './curve';

type Part = 'training' | 'validation';

/** Loss and metrics of a run by epoch, each as a curve that grows. */
export class EpochCurves {
  readonly #curves = new Map<string, Curve>();
  #names: readonly string[] = [];
  #hasValidation = false;

  add(records: readonly EpochRecord[]): void {
    const [first] = records;
    if (first === undefined) return;
    if (this.#names.length === 0) this.#names = Object.keys(first.training);
    this.#hasValidation ||= first.validation !== null;
    for (const name of this.#names) {
      this.#extend('training', name, first.epoch, records);
      if (this.#hasValidation) this.#extend('validation', name, first.epoch, records);
    }
  }

  /** The loss, then the metrics; empty before the first epoch's end. */
  get names(): readonly string[] {
    return this.#names;
  }

  get hasValidation(): boolean {
    return this.#hasValidation;
  }

  /** Epoch 1 first; a view, not a copy. */
  values(part: Part, name: string): Float32Array {
    return this.#curves.get(`${part}/${name}`)?.values() ?? new Float32Array();
  }

  #extend(part: Part, name: string, firstEpoch: number, records: readonly EpochRecord[]): void {
    const key = `${part}/${name}`;
    const curve = this.#curves.get(key) ?? new Curve();
    this.#curves.set(key, curve);
    const values = Float32Array.from(records, (own) => Number(own[part]?.[name] ?? NaN));
    curve.add(firstEpoch, values);
  }
}
