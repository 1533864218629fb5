import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifiedNow } from '../../electron/bundle/verify/verifiedNow';
import { readManifest } from '../../electron/runs/readRun';
import { lab } from '../helpers/lab';
import { projectFile } from '../helpers/projectFile';
import { tempFolder } from '../helpers/tempFolder';
import { verifiedByPython } from '../helpers/verifiedByPython';

/** Semicolons, decimal commas, words, and a gap. */
function people(folder: string): string {
  const path = join(folder, 'people.csv');
  const rows = Array.from({ length: 60 }, (_, row) => {
    const height = (row * 0.37).toFixed(2).replace('.', ',');
    const answer = ['yes', 'no', 'maybe'][row % 3];
    return `${row % 2 ? 'm' : 'f'};${height};${row === 9 ? '' : row % 30};${answer}`;
  });
  writeFileSync(path, ['sex;height;age;answer', ...rows, ''].join('\n'));
  return path;
}

function project(folder: string): string {
  const layers = [{ id: 'output', kind: 'dense', units: 3, activation: 'softmax' }];
  const training = {
    epochs: 2,
    validationSplit: 0.2,
    metrics: ['accuracy', 'auc'],
    classWeights: { yes: 3, maybe: 0.5 },
  };
  const architectures = [{ style: 'sequential', inputShape: [4], layers }];
  return projectFile(folder, { name: 'people', architectures, training }, 'p.twintrain');
}

test('a table with its choices is put into a project, trained on, bundled, verified and replayed', async () => {
  const folder = tempFolder();
  const [csv, file] = [people(folder), project(folder)];
  // What is missing is named, beside what was recognised.
  const refused = await lab(['data', csv, '--json']);
  expect(refused.code).toBe(2);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    read: null,
    problem: { code: 'bad-data', message: expect.stringContaining('line 11, column "age"') },
    source: { format: { separator: ';', decimal: ',' } },
  });
  const read = await lab(['data', csv, '--missing', 'age=mean', '--into', file, '--json']);
  expect(JSON.parse(read.stdout)).toMatchObject({
    read: { rows: 60, features: 4, classes: ['maybe', 'no', 'yes'] },
    recognised: [{ proposed: 'one-hot' }, {}, { missing: 1 }, { proposed: 'target' }],
    problem: null,
  });
  // Beside the project, its path is relative.
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ data: { path: 'people.csv' } });
  const runs = join(folder, 'runs');
  expect((await lab(['run', file, '--out', runs, '--json'])).code).toBe(0);
  expect(readManifest(join(runs, 'people/sequential')).data).toMatchObject({
    source: { kind: 'table', columns: [{ role: 'one-hot' }, {}, { missing: 'mean' }, {}] },
    columns: [
      { name: 'sex', role: 'one-hot', categories: ['f', 'm'] },
      { name: 'height', role: 'number' },
      { name: 'age', role: 'number', filled: expect.any(Number) },
    ],
  });
  for (const [how, data] of [
    ['embed', []],
    ['hash', ['--data', csv]],
  ] as const) {
    const bundle = join(folder, `${how}.zip`);
    expect((await lab(['export', runs, '-o', bundle, '--data', how])).code).toBe(0);
    expect(verifiedNow(bundle).findings).toEqual([]);
    expect(verifiedByPython([bundle])[0]?.findings).toEqual([]);
    // The classes keep the names that their weights go by.
    const replay = await lab(['replay', bundle, ...data, '--out', join(folder, `replay-${how}`)]);
    expect([replay.code, replay.stdout]).toEqual([0, expect.stringContaining('Replay: exact')]);
  }
});

test('an ordinal column has the order that it is given', async () => {
  const csv = people(tempFolder());
  const order = ['--order', 'sex=m, f', '--order', 'answer=no,maybe,yes'];
  const { stdout } = await lab(['data', csv, '--missing', 'age=drop', ...order, '--json']);
  const { read } = JSON.parse(stdout) as { read: { columns: object[]; classes: string[] } };
  expect(read.columns[0]).toMatchObject({ role: 'ordinal', categories: ['m', 'f'] });
  expect(read.classes).toEqual(['no', 'maybe', 'yes']);
});

test.each([
  [['--role', 'sex=number'], 'line 2, column "sex": "f" is not a number'],
  [['--role', 'nothing=number'], '--role: there is no column "nothing"'],
  [['--role', 'sex'], '"sex" is not COLUMN=VALUE'],
  [['--role', 'sex=input'], '"input" is none of number, one-hot'],
  [['--missing', 'sex=mean'], 'which only a number can have'],
  [['--order', 'sex=f', '--missing', 'age=0'], '"m" is not in its chosen order'],
  [['--decimal', ',', '--thousands', ','], 'cannot be the decimal sign'],
  [['--label', 'nothing'], 'has no column "nothing"'],
  [['--separator', ','], 'has no column for the network'],
  [['--encoding', 'klingon'], '"klingon" is none of utf-8'],
  [['--target', 'both'], '"both" is none of class, number'],
  [['--thousands', 'x'], '"x" is none of none'],
])('lab data %j is refused: %s', async (options, words) => {
  const { code, stderr } = await lab(['data', people(tempFolder()), ...options]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
});
