import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRun } from '../../electron/runs/readRun';
import { templates, type Template } from '../../shared/architecture/templates';
import { engineModes } from '../../shared/engines/engineCatalog';
import { article, lab } from '../helpers/lab';
import { projectFile } from '../helpers/projectFile';
import { tempFolder } from '../helpers/tempFolder';

const template = templates.find(({ data }) => data === 'series') as Template;

const project = (folder: string, architectures: readonly (object | null)[]) =>
  projectFile(
    folder,
    {
      architectures,
      training: template.training,
      data: { kind: 'builtin', name: 'series' },
    },
    `${architectures.length}.json`,
  );

/** The losses of both styles, drawn and ordered by the lab's own streams. */
async function losses(folder: string, mode: string): Promise<readonly (readonly number[])[]> {
  const file = project(folder, [template.sequential, template.subclass]);
  const { code, stdout, stderr } = await lab([
    ...['run', file, '--engine', mode, '--json', '--out', join(folder, `runs-${mode}`)],
  ]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  const lines = stdout.trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as { readonly runFolder?: string })
    .flatMap(({ runFolder }) => (runFolder === undefined ? [] : [[...readRun(runFolder).losses]]));
}

/** TensorFlow's kernels are those of TensorFlow.js; its `fit` is tried with the article. */
const modes = engineModes.filter((mode) => mode !== 'keras-tensorflow');

test.each(modes)('the network of keras#20577 trains on %s, with its protocols', async (mode) => {
  const folder = tempFolder();
  const [reference = []] = await losses(folder, 'eager');
  expect(reference).toHaveLength(24);
  const own = mode === 'eager' ? [reference] : await losses(folder, mode);
  for (const style of own) {
    const off = style.map((loss, step) => Math.abs(loss / (reference[step] ?? NaN) - 1));
    expect([off.length, Math.max(...off) < 2e-6]).toEqual([24, true]);
  }
  const { code, results } = await article([
    ...['--project', project(folder, [template.sequential]), '--engine', mode],
    ...['--protocols', '1,4', '--out', join(folder, 'protocols')],
  ]);
  expect(
    results.map(({ protocol, verdict, cause, steps }) => [protocol, verdict, cause, steps]),
  ).toEqual([
    [1, 'different', 'order', 24],
    [4, 'exact', 'none', 24],
  ]);
  // All as the protocols have it for this engine.
  expect(code).toBe(0);
});
