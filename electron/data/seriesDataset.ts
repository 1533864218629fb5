import { normal } from '../../shared/random/distributions';
import { streamFor } from '../../shared/random/streams';
import { hashed, type Dataset } from './dataset';

const SERIES = 64;
const LENGTH = 32;
/** Two convolutions of three steps each see so many. */
const WINDOW = 5;

/**
 * 64 series of 32 standard normal numbers, always the same, each to be smoothed: the 28 numbers to
 * predict are the means of five steps in a row, which two convolutions of width 3 can compute.
 */
export function seriesDataset(): Dataset {
  const draw = streamFor('series', { purpose: 'split' });
  const raw = Float64Array.from({ length: SERIES * LENGTH }, () => normal(draw));
  const width = LENGTH - WINDOW + 1;
  const numbers = Float32Array.from({ length: SERIES * width }, (_, at) => {
    const start = Math.floor(at / width) * LENGTH + (at % width);
    return raw.subarray(start, start + WINDOW).reduce((sum, value) => sum + value, 0) / WINDOW;
  });
  const dataset = hashed({
    rows: SERIES,
    features: LENGTH,
    inputs: Float32Array.from(raw),
    labels: new Int32Array(),
    numbers,
    classes: [],
  });
  return { ...dataset, rowShape: [LENGTH, 1] };
}
