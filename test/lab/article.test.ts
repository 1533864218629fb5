import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { casesOfRun, isFull } from '../../build/fullTests.mjs';
import type { ProtocolResult } from '../../shared/protocols/protocolResult';
import { article, lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

const daily = test.skipIf(isFull);

/** What a protocol must show whatever the seed, sizes and data. */
function essence({
  protocol,
  verdict,
  controls,
  cause,
  initialWeightsEqual,
  batchOrderEqual,
  firstDifference,
}: Omit<ProtocolResult, 'asked'>) {
  const difference = firstDifference && {
    atStart: firstDifference.step === 0,
    kind: firstDifference.kind,
    stream: firstDifference.stream,
  };
  return [
    protocol,
    verdict,
    controls.sequential,
    controls.subclass,
    cause,
    initialWeightsEqual,
    batchOrderEqual,
    difference,
  ];
}

const weights = { atStart: true, kind: 'initial-weights', stream: 'global/initialiser' };
const order = { atStart: false, kind: 'batch-order', stream: 'global/shuffle' };
const articleFindings = [
  [1, 'different', 'different', 'different', 'order', false, false, weights],
  [2, 'different', 'different', 'different', 'order', true, false, order],
  [3, 'exact', 'exact', 'exact', 'none', true, true, null],
  [4, 'exact', 'exact', 'exact', 'none', true, true, null],
];
const styleFindings = [
  [5, 'different', 'exact', 'exact', 'style', false, false, weights],
  [6, 'different', 'exact', 'exact', 'style', false, false, weights],
];

daily(
  'the article, the two protocols that show a true effect of style, and the fix for every engine',
  async () => {
    const { code, results } = await article([
      '--protocols',
      'all',
      '--epochs',
      '2',
      '--out',
      tempFolder(),
    ]);
    expect(results.map(essence)).toEqual([
      ...articleFindings,
      ...styleFindings,
      [7, 'exact', 'exact', 'exact', 'none', true, true, null],
    ]);
    expect(code).toBe(0);
    const [first] = results as [ProtocolResult];
    expect({ ...first, runFolders: first.runFolders.length }).toEqual({
      protocol: 1,
      asked: 'auto',
      name: 'global seed only',
      expected: 'different',
      verdict: 'different',
      controls: { sequential: 'different', subclass: 'different' },
      cause: 'order',
      initialWeightsEqual: false,
      batchOrderEqual: false,
      firstDifference: {
        step: 0,
        kind: 'initial-weights',
        layer: 'hidden1',
        tensor: 'kernel',
        stream: 'global/initialiser',
        setting: null,
        values: null,
        seenIn: null,
      },
      finalLoss: [expect.any(Number), expect.any(Number)],
      steps: 10,
      seed: '42',
      engine: {
        name: 'graph',
        backend: 'tensorflow',
        tensorflow: '2.21.0',
        device: 'CPU',
        threads: 1,
        onednn: false,
      },
      runFolders: 2,
      shufflesCoincide: false,
      repair: {
        protocol: 3,
        sentence:
          'Protocol 3 repairs it: give every initialiser a seed of its own, and seed the shared generator again before each fit.',
      },
      notes: [],
    });
  },
);

// A dozen or more processes per case: the full tests run more of them.
const cases = casesOfRun(
  [
    {
      name: 'another seed and one layer',
      isDaily: true,
      options: ['--seed', 'zero is 0', '--hidden', '7', '--epochs', '1', '--batch', '11'],
    },
    { name: 'eagerly', isDaily: true, options: ['--engine', 'eager', '--epochs', '1'] },
    {
      name: 'seed 0',
      isDaily: false,
      options: ['--seed', '0', '--hidden', '5,4,3', '--epochs', '1', '--batch', '50'],
    },
    {
      name: 'by XLA',
      isDaily: false,
      options: ['--engine', 'xla', '--hidden', '6', '--epochs', '1', '--batch', '75'],
    },
    {
      name: 'digits',
      isDaily: false,
      options: ['--data', 'digits', '--epochs', '1', '--batch', '512', '--threads', '2'],
    },
  ],
  ({ isDaily }) => isDaily,
);

test.each(cases)('$name: the same findings', async ({ options }) => {
  const { code, results } = await article([...options, '--out', tempFolder()]);
  expect(results.map(essence)).toEqual(articleFindings);
  expect(code).toBe(0);
});

daily(
  'several engines train the same protocols one after the other, and resume as they were asked',
  async () => {
    const out = tempFolder();
    const asked = ['--engine', 'graph,eager', '--protocols', '2,4', '--epochs', '1'];
    const { code, results } = await article([...asked, '--out', out]);
    expect(code).toBe(0);
    expect(results.map(({ asked: engine, ...result }) => [engine, ...essence(result)])).toEqual(
      ['graph', 'eager'].flatMap((engine) =>
        [articleFindings[1], articleFindings[3]].map((found) => [engine, ...(found ?? [])]),
      ),
    );
    const [first] = results as [ProtocolResult];
    const folder = join(first.runFolders[0], '../../../..');
    const resumed = await lab(['resume', folder]);
    expect(resumed.code).toBe(0);
    const lines = resumed.stdout.split('\n');
    expect(lines).toContainEqual(
      expect.stringMatching(/^ +protocol +TensorFlow\.js \(graph\) +TensorFlow\.js \(eager\)$/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^2 +explicit initialiser seeds +different +different$/),
    );
    const twice = await lab(['article', '--engine', 'graph,graph']);
    expect(twice.stderr).toContain('--engine names an engine twice.');
  },
);

daily(
  'two shuffles of a tiny data set that coincide are reported, and are not a failure',
  async () => {
    const folder = tempFolder();
    const file = join(folder, 'tiny.csv');
    writeFileSync(file, 'x,kind\n1,a\n2,b\n');
    const coincided: ProtocolResult[] = [];
    const parted: ProtocolResult[] = [];
    // Two rows have two orders, so one of a few seeds shows either case.
    for (let seed = 1; seed <= 12 && (coincided.length === 0 || parted.length === 0); seed++) {
      const { code, results } = await article([
        ...['--data', file, '--label', 'kind', '--epochs', '1', '--protocols', '2'],
        ...['--seed', String(seed), '--out', folder],
      ]);
      expect(code).toBe(0);
      const [result] = results as [ProtocolResult];
      (result.batchOrderEqual ? coincided : parted).push(result);
    }
    expect(coincided[0]).toMatchObject({
      verdict: 'exact',
      expected: 'different',
      shufflesCoincide: true,
    });
    expect(coincided[0]?.notes.join()).toContain('coincide by chance');
    expect(parted[0]).toMatchObject({ verdict: 'different', shufflesCoincide: false });
  },
);

daily('without --json the findings are a table, and progress stays off stdout', async () => {
  const out = tempFolder();
  const { code, stdout } = await lab([
    'article',
    '--protocols',
    '4',
    '--epochs',
    '1',
    '--out',
    out,
  ]);
  expect(code).toBe(0);
  const [head, row] = stdout.split('\n');
  expect(head).toContain('verdict');
  expect(row).toMatch(/^4 +explicit \+ isolated +exact +exact +exact +exact +none/);
  expect(stdout).not.toContain('steps/s');
});
