import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lab } from '../helpers/lab';
import { tempFolder } from '../helpers/tempFolder';

async function refused(args: readonly string[]) {
  const { code, stdout, stderr } = await lab(args, { cwd: tempFolder() });
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/^ +at /m);
  return `${code}: ${stderr}`;
}

test.each([
  [['article', '--seed', ''], '--seed'],
  [['article', '--epochs', 'ten'], '--epochs: "ten" is not a whole number'],
  [['article', '--epochs', '0'], '--epochs'],
  [['article', '--epochs', '1e3'], '--epochs'],
  [['article', '--batch', '-1'], '--batch'],
  [['article', '--batch', '0'], '--batch'],
  [['article', '--hidden', '8,,8'], '--hidden'],
  [['article', '--threads', '0'], '--threads'],
  [['article', '--protocols', '8'], '--protocols must be at most 7'],
  [['article', '--protocols', '1,1'], 'twice'],
  [['article', '--data', 'iris', '--label', 'x'], '--label goes with a table'],
  [['article', '--data', 'some.csv'], 'There is no file'],
  [['data'], 'data takes one file'],
  [['data', 'missing.csv'], 'There is no file'],
  [['data', 'x.csv', '--header', 'maybe'], '--header: "maybe" is none of yes, no'],
  [['article', '--data', 'missing.csv', '--label', 'x'], 'There is no file'],
  [
    ['article', '--engine', 'magic'],
    '--engine: "magic" is none of auto, xla, graph, eager, keras-jax',
  ],
  [['article', '--nonsense'], '--nonsense'],
  [['article', 'what'], 'what'],
  [['fly'], 'no command "fly"'],
  [['run'], 'one project file'],
  [['run', 'missing.json'], 'There is no file missing.json'],
  [['compare', 'a'], 'two run folders'],
  [['compare', 'a', 'b'], 'There is no run folder a'],
])('%j ends with 2 and says why', async (args, reason) => {
  const said = await refused(args);
  expect(said).toContain(reason);
  expect(said).toMatch(/^2: lab: .*What to do: .+/s);
});

test('bad data is refused before anything is trained or written', async () => {
  const folder = tempFolder();
  const file = join(folder, 'bad.csv');
  const rows = Array.from({ length: 20 }, (_, row) => `${row},${'ab'[row % 2]}`);
  writeFileSync(file, ['x,kind', '1,a', 'red,b', ...rows, ''].join('\n'));
  const said = await refused([
    'article',
    '--data',
    file,
    '--label',
    'kind',
    '--out',
    join(folder, 'runs'),
  ]);
  expect(said).toContain('line 3, column "x": "red" is not a number');
  expect(said).toMatch(/^2/);
});

test('a run folder under a regular file is refused', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), 'x');
  const said = await refused(['article', '--out', join(folder, 'file/runs')]);
  expect(said).toMatch(/^2: .*file is a file, not a folder.*What to do: Choose another folder/s);
});

test('a folder on a file system without folders is refused at once', async () => {
  const said = await refused(['article', '--out', '/proc/twintrain/runs']);
  expect(said).toMatch(/^2: .*could not be written/s);
});

test.each([
  ['not json', 'not JSON'],
  ['{"twintrain":"project","version":2}', 'version'],
  [
    '{"twintrain":"project","version":1,"name":"x","architectures":[],"randomness":{"regime":"global","seed":"1"},"data":{"kind":"builtin","name":"iris"}}',
    'architectures',
  ],
])('a project file that is %s is refused', async (text, reason) => {
  const file = join(tempFolder(), 'project.json');
  writeFileSync(file, text);
  const said = await refused(['run', file]);
  expect(said).toMatch(/^2/);
  expect(said).toContain(reason);
});

test('--help documents the defaults', async () => {
  const { code, stdout } = await lab(['--help']);
  expect(code).toBe(0);
  for (const text of ['--seed S', '(default 42)', '(default iris)', '(default 64,64)', 'Exit: 0']) {
    expect(stdout).toContain(text);
  }
});
