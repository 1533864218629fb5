declare module 'jsfive' {
  export interface Dataset {
    readonly value: ArrayLike<number>;
    readonly shape: readonly number[];
    readonly dtype: string | readonly unknown[];
  }
  export interface Group {
    readonly keys: readonly string[];
    readonly attrs: Readonly<Record<string, unknown>>;
    /** Returns undefined or throws if there is none. */
    get(path: string): Group | Dataset | undefined;
  }
  export class File implements Group {
    constructor(bytes: ArrayBuffer, name: string);
    readonly keys: readonly string[];
    readonly attrs: Readonly<Record<string, unknown>>;
    get(path: string): Group | Dataset | undefined;
  }
}
