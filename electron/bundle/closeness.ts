import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleIndex } from '../../shared/bundle/bundleFile';
import type { Deviation } from '../../shared/bundle/replay';
import { withFile, type ByteSource } from '../files/byteSource';
import { runFiles } from '../../shared/runs/runFiles';
import { tensorLayout } from '../runs/tensorHashes';

const PIECE_BYTES = 1024 * 1024;

/**
 * How far a replay is from the record: |a - b| <= absolute + relative * max(|a|, |b|) for every
 * loss and every final weight, like numpy.allclose, but symmetric. NaN equals NaN.
 */
export function deviationOf(
  recorded: { readonly folder: string; readonly losses: Float32Array },
  replayed: { readonly folder: string; readonly losses: Float32Array },
  tolerance: BundleIndex['tolerance'],
): Deviation {
  const losses = compare(recorded.losses, replayed.losses, tolerance);
  const weights = compareWeights(
    join(recorded.folder, runFiles.finalWeights),
    join(replayed.folder, runFiles.finalWeights),
    tolerance,
  );
  const isWithin =
    losses.isWithin && weights.isWithin && recorded.losses.length === replayed.losses.length;
  return { loss: losses.most, weight: weights.most, isWithin };
}

interface Compared {
  readonly most: number;
  readonly isWithin: boolean;
}

function compare(
  a: Float32Array,
  b: Float32Array,
  { relative, absolute }: BundleIndex['tolerance'],
): Compared {
  let [most, isWithin] = [0, true];
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [x, y] = [a[at] as number, b[at] as number];
    if (Object.is(x, y)) continue;
    const difference = Math.abs(x - y);
    if (!(difference <= most)) most = difference;
    if (!(difference <= absolute + relative * Math.max(Math.abs(x), Math.abs(y)))) isWithin = false;
  }
  return { most, isWithin };
}

function compareWeights(a: string, b: string, tolerance: BundleIndex['tolerance']): Compared {
  if (!existsSync(a) || !existsSync(b)) return { most: NaN, isWithin: false };
  return withFile(a, (left) => withFile(b, (right) => compareTensors(left, right, tolerance)));
}

function compareTensors(
  left: ByteSource,
  right: ByteSource,
  tolerance: BundleIndex['tolerance'],
): Compared {
  const [own, other] = [tensorLayout(left), tensorLayout(right)];
  const places = new Map(other.tensors.map((tensor) => [tensor.name, tensor]));
  let [most, isWithin] = [0, own.tensors.length === other.tensors.length];
  for (const { name, begin, end } of own.tensors) {
    const place = places.get(name);
    if (place === undefined || place.end - place.begin !== end - begin) {
      return { most: NaN, isWithin: false };
    }
    for (let at = 0; at < end - begin; at += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, end - begin - at);
      const [x, y] = [
        left.read(own.start + begin + at, length),
        right.read(other.start + place.begin + at, length),
      ].map((bytes) => new Float32Array(bytes.buffer)) as [Float32Array, Float32Array];
      const compared = compare(x, y, tolerance);
      if (!(compared.most <= most)) most = compared.most;
      isWithin &&= compared.isWithin;
    }
  }
  return { most, isWithin };
}
