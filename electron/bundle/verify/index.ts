import { BUNDLE_PATH } from '../../../shared/bundle/paths';
import { count, list, object, sha256, ShapeError, string } from './read';

/** What a verifier needs of bundle.json. */
export interface Index {
  readonly format: number;
  readonly signedBy: string | null;
  readonly runs: readonly { readonly name: string; readonly data: string }[];
  readonly comparisons: readonly {
    readonly runs: readonly [string, string];
    readonly verdict: string;
    readonly first: FirstDifference | null;
  }[];
  readonly data: readonly {
    readonly sha256: string;
    readonly rows: number;
    readonly features: number;
    readonly embedded: { readonly inputs: string; readonly labels: string } | null;
  }[];
}

export interface FirstDifference {
  readonly step: number;
  readonly kind: string;
}

/** @throws {ShapeError} */
export function readFormat(value: unknown): number {
  const { twintrain, format } = object(value, 'bundle.json');
  if (twintrain !== 'bundle') throw new ShapeError('twintrain to be "bundle"');
  return count(format, 'format');
}

/** @throws {ShapeError} */
export function readIndex(value: unknown): Index {
  const index = object(value, 'bundle.json');
  return {
    format: readFormat(value),
    signedBy: index['signedBy'] === null ? null : sha256(index['signedBy'], 'signedBy'),
    runs: list(index['runs'], 'runs').map((own) => {
      const { name, data } = object(own, 'a run');
      return { name: path(name, 'name'), data: sha256(data, 'data') };
    }),
    comparisons: list(index['comparisons'], 'comparisons').map((own) => {
      const { runs, comparison } = object(own, 'a comparison');
      const [a, b] = list(runs, 'runs of a comparison');
      const { verdict, firstDifference } = object(comparison, 'comparison');
      return {
        runs: [path(a, 'the first run'), path(b, 'the second run')] as const,
        verdict: string(verdict, 'verdict'),
        first: firstDifference === null ? null : difference(firstDifference),
      };
    }),
    data: list(index['data'], 'data').map((own) => {
      const { sha256: hash, rows, features, embedded } = object(own, 'a data set');
      return {
        sha256: sha256(hash, 'sha256'),
        rows: count(rows, 'rows'),
        features: count(features, 'features'),
        embedded: embedded === null ? null : arrays(embedded),
      };
    }),
  };
}

function difference(value: unknown): FirstDifference {
  const { step, kind } = object(value, 'firstDifference');
  return { step: count(step, 'step'), kind: string(kind, 'kind') };
}

function arrays(value: unknown) {
  const { inputs, labels } = object(value, 'embedded');
  return { inputs: path(inputs, 'inputs'), labels: path(labels, 'labels') };
}

function path(value: unknown, what: string): string {
  if (!BUNDLE_PATH.test(string(value, what))) throw new ShapeError(`${what} to be a path`);
  return value as string;
}
