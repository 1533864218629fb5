import { expect, test } from 'vitest';
import {
  curveDifference,
  curvesCsv,
  noiseFloor,
  shareWithinNoise,
  smoothed,
} from '../../../shared/compare/curves';
import { flipsOf, whyNoFlips } from '../../../shared/compare/flips';
import { heatMap, heatOf, heatText } from '../../../shared/compare/heatMap';
import { stepsToMeasure } from '../../../shared/compare/measuredSteps';
import { noiseOf, noiseSentence } from '../../../shared/compare/repeats';
import { curvesSvg } from '../../../shared/compare/curvesSvg';
import { differingSettings } from '../../../shared/compare/settingsTable';
import { tensorDetail, tensorDifference } from '../../../shared/compare/tensorDifference';
import { articleNetwork } from '../../../shared/protocols/articleNetwork';
import { ulps } from '../../../shared/lib/ulps';
import { manifest } from '../../helpers/smallEvidence';

/** The float32 numbers next to 1. */
const [below, above] = [1 - 2 ** -24, 1 + 2 ** -23];

test('units in the last place count the numbers between, across zero and powers of two', () => {
  expect([ulps(1, above), ulps(1, below), ulps(below, above)]).toEqual([1, 1, 2]);
  expect(ulps(0, -0)).toBe(0);
  // The smallest numbers on either side of zero.
  expect(ulps(2 ** -149, -(2 ** -149))).toBe(2);
  expect([ulps(NaN, NaN), ulps(NaN, 1)]).toEqual([0, Infinity]);
});

test('tensors differ by entries, absolutely, relatively and in units in the last place', () => {
  const a = Float32Array.of(1, 2, 0, NaN, 5);
  const b = Float32Array.of(above, 2, -0, NaN, 6);
  expect(tensorDifference(a, b)).toEqual({
    entries: 5,
    differing: 2,
    maxAbsolute: 1,
    maxRelative: 1 / 6,
    maxUlp: ulps(5, 6),
  });
  expect(tensorDifference(Float32Array.of(NaN), Float32Array.of(1))).toMatchObject({
    differing: 1,
    maxAbsolute: Infinity,
    maxRelative: Infinity,
  });
  expect(() => tensorDifference(a, a.subarray(1))).toThrow(RangeError);
  const { range, bins, notFinite, worst } = tensorDetail(a, b);
  expect(range).toEqual([0, 6]);
  expect(bins.reduce((sum, [own]) => sum + own, 0)).toBe(4);
  expect(notFinite).toEqual([1, 1]);
  expect(worst.map(({ index }) => index)).toEqual([4, 0]);
});

test('curves: the first step that differs, the floor of repeats, and what lies within it', () => {
  const a = Float32Array.of(1, 2, 3, 4);
  const difference = curveDifference(a, Float32Array.of(1, 2, 3.5, 4.5, 5));
  expect(difference.firstStep).toBe(3);
  expect([...difference.absolute]).toEqual([0, 0, 0.5, 0.5]);
  expect(curveDifference(a, a).firstStep).toBe(null);
  const floor = noiseFloor(a, [Float32Array.of(1, 2, 4, 4), Float32Array.of(1.25, 2, 3)]);
  expect([...(floor ?? [])]).toEqual([0.25, 0, 1, 0]);
  expect(shareWithinNoise(difference.absolute, floor ?? new Float32Array())).toBe(0.75);
  expect(noiseFloor(a, [])).toBe(null);
  // What is not finite is no noise: nothing is said where the run itself is not.
  const broken = Float32Array.of(1, NaN, NaN);
  expect([...(noiseFloor(broken, [Float32Array.of(NaN, NaN, 3)]) ?? [])]).toEqual([
    Infinity,
    NaN,
    NaN,
  ]);
  const none = noiseOf(broken.subarray(1), broken.subarray(1), [
    { kind: 'seed', folder: '', losses: broken },
  ]);
  expect(none.shareWithin).toBe(null);
  expect(noiseSentence(none)).toContain('not finite');
  const all = { repeats: 3, same: 0, floor: broken, noisy: [] };
  expect(noiseSentence({ ...all, shareWithin: 0.999 })).toContain('At more than 99 % of the steps');
  expect(noiseSentence({ ...all, shareWithin: 1 })).toContain('At every step');
  expect([...smoothed(a, 0)]).toEqual([...a]);
  expect(smoothed(Float32Array.of(2, NaN, 2), 0.9)[2]).toBeCloseTo(2);
});

test('exports hold every step in full, and a picture with axes and legend', () => {
  const [a, b] = [Float32Array.of(0.1, 0.2), Float32Array.of(0.1)];
  expect([...curvesCsv(['A, first', 'B'], a, b)].join('')).toBe(
    `step,"A, first",B,difference,ulps\n1,${Math.fround(0.1)},${Math.fround(0.1)},0,0\n2,${Math.fround(0.2)},,,\n`,
  );
  const curve = { label: '<A>', colour: '#000000', isDashed: false, values: a };
  const svg = curvesSvg([{ title: 'Loss', isLog: true, curves: [curve] }], 1, 2);
  expect(svg).toContain('&#60;A&#62;');
  expect(svg.match(/text-anchor="end"/g)).toHaveLength(5);
  expect(svg).not.toContain('NaN');
});

test('settings of any number of runs are shown only where they differ, by names that stay', () => {
  const slower = {
    ...manifest,
    id: 'other',
    environment: { ...manifest.environment, threads: 2 },
    training: { ...manifest.training, batchSize: 8 },
  };
  expect(differingSettings([manifest, slower, manifest])).toEqual([
    { path: 'training.batchSize', values: ['2', '8', '2'] },
    { path: 'environment.threads', values: ['1', '2', '1'] },
  ]);
  expect(differingSettings([manifest, slower], ['id', 'training'])).toEqual([
    { path: 'environment.threads', values: ['1', '2'] },
  ]);
  // A layer more is one layer more, not another of each that follows.
  const [own, more] = [articleNetwork(2, [], 2), articleNetwork(2, [5], 2)];
  const short = { ...manifest, architecture: own };
  const longer = { ...manifest, architecture: more };
  expect(differingSettings([short, longer]).map(({ path }) => path)).not.toContain(
    'network.output.units',
  );
});

test('a flip is a row whose predicted class differs; a single output parts at a half, a logit at 0', () => {
  const outputs = [
    Float32Array.of(0.9, 0.1, 0.4, 0.6, 0.2, 0.8),
    Float32Array.of(0.8, 0.2, 0.6, 0.4, 0.1, 0.9),
  ] as const;
  const labels = Int32Array.of(0, 1, 0);
  const found = flipsOf(outputs, labels, ['no', 'yes'], 10, [false, false]);
  expect(found).toEqual({
    rows: 3,
    right: [2, 1],
    flips: [
      {
        row: 11,
        label: 'yes',
        a: { name: 'yes', output: Math.fround(0.6) },
        b: { name: 'no', output: Math.fround(0.6) },
      },
    ],
  });
  const single = [Float32Array.of(0.4), Float32Array.of(0.4)] as const;
  const own = flipsOf(single, Int32Array.of(1), ['no', 'yes'], 0, [false, true]);
  expect(own.flips).toMatchObject([{ a: { name: 'no' }, b: { name: 'yes' } }]);
  const split = { ...manifest, training: { ...manifest.training, validationSplit: 0.5 } };
  expect(whyNoFlips(split, split)).toBe(null);
  expect(whyNoFlips(split, manifest)).toContain('no rows');
  const other = { ...split, data: { ...split.data, sha256: 'e' } };
  expect(whyNoFlips(split, other)).toContain('different data');
});

test('a map of weights shows what was measured, else the hashes that are known', () => {
  const none = { entries: 4, differing: 0, maxAbsolute: 0, maxRelative: 0, maxUlp: 0 };
  const apart = { ...none, differing: 1, maxRelative: 3e-5 };
  const tensors = [
    { when: 'initial', name: 'a/kernel', layer: 'a', shape: [4], difference: none },
    { when: 'final', name: 'a/kernel', layer: 'a', shape: [4], difference: apart },
  ] as const;
  const hashes = { tensors: ['a/kernel'], steps: [{ step: 2, areEqual: [false] }] };
  const known = heatMap({ tensors, hashes }, null);
  expect(known.columns.map(({ label }) => label)).toEqual(['start', '2', 'end']);
  expect(known.rows[0]?.cells.map(heatText)).toEqual(['=', '≠', '3e-5']);
  const measured = { steps: [{ step: 3, tensors: [{ name: 'a/kernel', difference: apart }] }] };
  const map = heatMap({ tensors, hashes }, measured);
  expect(map.columns.map(({ label }) => label)).toEqual(['start', '3', 'end']);
  expect(map.rows[0]?.cells.map(heatOf)).toEqual([0, 2, 2]);
  expect(stepsToMeasure(15)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  expect(stepsToMeasure(1)).toEqual([]);
  const many = stepsToMeasure(1_000_000);
  expect(many.length).toBeLessThanOrEqual(21);
  expect(many.slice(0, 3)).toEqual([1, 2, 4]);
});
