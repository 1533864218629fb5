/**
 * What a stream is for. A stream has a name, not a number, so that adding one never changes another.
 */
export type StreamName =
  | { readonly purpose: 'initialiser'; readonly layer: string; readonly tensor: string }
  | { readonly purpose: 'shuffle'; readonly epoch: number }
  /** How pictures are changed for an epoch. */
  | { readonly purpose: 'augmentation'; readonly epoch: number }
  /** Which rows of each class are held out for validation. */
  | { readonly purpose: 'split' }
  | { readonly purpose: 'dropout'; readonly layer: string; readonly use: number }
  /** From a layer's own seed: equal seeds draw equal numbers, as in Keras. */
  | { readonly purpose: 'initialiser-seed'; readonly seed: number }
  | { readonly purpose: 'dropout-seed'; readonly seed: number; readonly use: number };

/** The name as people read it: `initialiser/hidden1/kernel`, `shuffle/1`, `dropout/drop/1`. */
export function streamLabel(name: StreamName): string {
  switch (name.purpose) {
    case 'initialiser':
      return `initialiser/${name.layer}/${name.tensor}`;
    case 'shuffle':
      return `shuffle/${name.epoch}`;
    case 'augmentation':
      return `augmentation/${name.epoch}`;
    case 'split':
      return 'split';
    case 'dropout':
      return `dropout/${name.layer}/${name.use}`;
    case 'initialiser-seed':
      return `initialiser-seed/${name.seed}`;
    case 'dropout-seed':
      return `dropout-seed/${name.seed}/${name.use}`;
  }
}
