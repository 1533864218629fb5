import AxeBuilder from '@axe-core/playwright';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { lab } from '../helpers/lab';
import { launchApp, type OpenedApp } from './launchApp';
import { drop } from './drop';
import { view } from './training';

let folder: string;
let opened: OpenedApp;
let page: Page;

const verdict = () => page.getByRole('status', { name: 'Verdict' });
const rows = () => page.getByRole('grid', { name: 'Runs' }).getByRole('rowgroup').getByRole('row');
const styles = (protocol: number) =>
  ['a-sequential', 'b-subclass'].map((name) =>
    join(
      folder,
      'data/runs',
      readdirSync(join(folder, 'data/runs'))[0] ?? '',
      `protocol-${protocol}/styles`,
      name,
    ),
  );

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twintrain-compare-'));
  const out = join(folder, 'data/runs');
  const { code, stderr } = await lab([
    ...['article', '--protocols', '1,3', '--epochs', '3', '--engine', 'graph', '--out', out],
  ]);
  if (code !== 0) throw new Error(stderr);
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));
test.beforeEach(async () => {
  opened = await launchApp([], join(folder, 'data'));
  page = opened.page;
});
test.afterEach(async () => {
  expect(opened.pageErrors).toEqual([]);
  await opened.app.close();
});
test.describe.configure({ mode: 'serial' });

async function showStyles(protocol: number): Promise<void> {
  await page.keyboard.press('Control+4');
  await page
    .getByLabel('Search runs')
    .fill(`name:styles -name:copied -tags:repeat protocol:${protocol}`);
  await expect(rows()).toHaveCount(2);
  await rows().first().click();
  await page.getByRole('toolbar').getByRole('button', { name: 'Compare' }).click();
}

test('a student sees where the styles part, repairs it with a button, and sees that it helped', async () => {
  await showStyles(1);
  await expect(verdict()).toContainText('Before the first step the weights hidden1/kernel differ');
  const size = await verdict()
    .locator('.sentence')
    .evaluate((own) => getComputedStyle(own).fontSize);
  expect(size).toBe('20px');
  const axe = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(axe.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  await verdict().getByRole('button', { name: 'Train with explicit initialiser seeds' }).click();
  // It shows where it was changed, trains, and the first weights are the same now.
  await expect(view(page).getByLabel('Seed', { exact: true })).toHaveValue('42');
  const told = view(page).locator('.verdict');
  await expect(told).toContainText('order', { timeout: 60_000 });
  await expect(told).not.toContainText('initial weights');
});

test('equal runs are told as one curve; drops take their places', async () => {
  await page.keyboard.press('Control+5');
  const [a, b] = styles(3);
  await drop(page, [a ?? '']);
  await expect(view(page).getByText('a-sequential')).toBeVisible();
  await drop(page, [b ?? '']);
  await expect(verdict()).toContainText('Exact. All 15 steps are equal, bit for bit');
  await expect(page.getByText('the two curves are one')).toBeVisible();
  // A folder with runs somewhere in it is kept, and they are shown.
  const elsewhere = join(folder, 'elsewhere');
  cpSync(b ?? '', join(elsewhere, 'copied'), { recursive: true });
  await drop(page, [elsewhere]);
  await page.getByLabel('Search runs').fill('name:copied');
  await expect(rows()).toHaveCount(1);
});

test('curves zoom, are read out in full, and are saved as picture, drawing and table', async () => {
  await showStyles(1);
  const chart = page.getByRole('application', { name: /^Losses of both runs/ });
  const readout = page.getByLabel(/^Values at step/);
  await expect(readout).toContainText('1, the first that differs');
  await chart.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const box = await chart.boundingBox();
  if (box === null) throw new Error('there is no chart');
  await page.mouse.move(box.x + box.width / 2, box.y + 40);
  await page.mouse.wheel(0, -300);
  const all = page.getByRole('button', { name: 'Show all' });
  await expect(all).toBeEnabled();
  await page.mouse.dblclick(box.x + box.width / 2, box.y + 40);
  await expect(all).toBeDisabled();
  await page.mouse.move(box.x + box.width / 3, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect(all).toBeEnabled();

  const saved = async (button: string, name: string) => {
    const path = join(folder, name);
    await opened.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    }, path);
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect
      .poll(() => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
      .toBeGreaterThan(0);
    return readFileSync(path);
  };
  const losses = styles(1).map((own) => {
    const bytes = readFileSync(join(own, 'losses.f32'));
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  });
  const csv = (await saved('CSV…', 'c.csv')).toString().trimEnd().split('\n');
  expect(csv).toHaveLength(16);
  expect(csv[3]?.split(',').slice(1, 3).map(Number)).toEqual([losses[0]?.[2], losses[1]?.[2]]);
  expect((await saved('SVG…', 'c.svg')).toString()).toMatch(/^<svg xmlns=[^]*<\/svg>\n$/);
  expect((await saved('PNG…', 'c.png')).subarray(1, 4).toString()).toBe('PNG');
});

test('settings, weights and source are beside each other; a tensor opens as histogram and entries', async () => {
  await showStyles(1);
  await page.getByRole('tab', { name: 'Settings' }).click();
  await expect(page.getByRole('row', { name: /network.style/ })).toContainText('"subclass"');
  await page.getByRole('button', { name: 'Leave out network.style' }).click();
  await expect(page.getByRole('row', { name: /network.style/ })).toHaveCount(0);
  await page.getByRole('tab', { name: 'Settings' }).press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Weights' })).toHaveAttribute('aria-selected', 'true');
  await page
    .getByRole('row', { name: /hidden1\/kernel/ })
    .getByRole('button')
    .first()
    .click();
  const tensor = page.getByRole('region', { name: 'Tensor hidden1/kernel' });
  await expect(tensor).toContainText('256 of 256 entries differ');
  await expect(tensor.getByRole('img')).toBeVisible();
  await page.getByRole('button', { name: 'Measure the steps between' }).click();
  const cell = page
    .getByRole('row', { name: /hidden1\/kernel/ })
    .getByRole('button')
    .nth(4);
  await expect(cell).toBeVisible({ timeout: 60_000 });
  await cell.click();
  await expect(page.getByText(/^hidden1\/kernel \[4, 64\], after step 4$/)).toBeVisible();
  await page.screenshot({ path: 'test-results/heat.png' });
  await page.getByRole('tab', { name: 'Networks' }).click();
  const graphs = ['A', 'B'].map((name) => page.getByRole('region', { name: `Network of ${name}` }));
  for (const graph of graphs) await expect(graph.getByText('hidden1')).toBeVisible();
  await expect(page.getByText('All 3 layers are the same')).toBeVisible();
  // Both move together.
  const shown = () =>
    Promise.all(graphs.map((own) => own.locator('.svelte-flow__viewport').getAttribute('style')));
  const before = await shown();
  await graphs[0]?.locator('.svelte-flow__pane').hover();
  await page.mouse.wheel(0, 200);
  await expect.poll(async () => (await shown())[1]).not.toBe(before[1]);
  expect(new Set(await shown()).size).toBe(1);
  await page.screenshot({ path: 'test-results/networks.png' });
  await page.getByRole('tab', { name: 'Examples' }).click();
  await expect(page.getByText('A run holds out no rows')).toBeVisible();
  await page.getByRole('tab', { name: 'Source' }).click();
  await expect(page.getByLabel('Source of B').first()).toContainText('keras.Model');
  // Repeats of the first run, as the controls are, make a noise floor.
  await page.getByRole('tab', { name: 'Curves' }).click();
  await page.getByRole('button', { name: 'Find repeats of A' }).click();
  await expect(
    page.getByText(/same seed is the same, bit for bit; without other seeds/).first(),
  ).toBeVisible();
  // They are named before the curve, too.
  await page.getByRole('button', { name: 'Swap' }).click();
  await page.getByRole('button', { name: 'Train repeats of A' }).click();
  await expect(verdict()).toContainText(/by no more than the first run’s 6 repeats do/, {
    timeout: 60_000,
  });
});

test('a researcher compares yesterday’s run with today’s at two threads, and the operation is named', async () => {
  const layers = [
    { id: 'first', kind: 'conv2d', filters: 32, kernelSize: [3, 3], padding: 'same' },
    { id: 'second', kind: 'conv2d', filters: 32, kernelSize: [3, 3], activation: 'relu' },
    { id: 'flat', kind: 'flatten' },
    { id: 'output', kind: 'dense', units: 10, activation: 'softmax' },
  ];
  for (const threads of [1, 2]) {
    const file = join(folder, `threads${threads}.json`);
    const project = {
      twintrain: 'project',
      version: 1,
      name: `threads${threads}`,
      architectures: [{ style: 'sequential', inputShape: [8, 8, 1], layers }],
      training: { epochs: 1, batchSize: 512 },
      environment: { threads },
      engine: 'eager',
      randomness: { regime: 'controlled', seed: '1' },
      data: { kind: 'builtin', name: 'digits' },
    };
    writeFileSync(file, JSON.stringify(project));
    const out = join(folder, `data/runs/threads${threads}`);
    const { code, stderr } = await lab(['run', file, '--out', out]);
    if (code !== 0) throw new Error(stderr);
  }
  await page.keyboard.press('Control+4');
  await page.getByLabel('Search runs').fill('network:"conv2d 32"');
  await expect(rows()).toHaveCount(2);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('toolbar').getByRole('button', { name: 'Compare' }).click();
  await expect(verdict()).toContainText('The thread count differs');
  await verdict().getByRole('button', { name: 'Find the first operation' }).click();
  await expect(verdict().locator('.sentence')).toContainText(
    /Step 1: the operation \w+ of (first|second|output) in the (forward|backward) pass/,
    { timeout: 60_000 },
  );
  await expect(verdict().locator('.sentence')).toContainText(/split over [12] and [12] threads/);
  await expect(page.getByLabel('The first operation')).toContainText('equal, bit for bit');
  const axe = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(axe.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  await page.screenshot({ path: 'test-results/explained.png' });
  // The repair is to train both alike, which the window shows.
  await verdict().getByRole('button', { name: 'Train both with 1 thread' }).click();
  await expect(verdict()).toContainText('Exact.', { timeout: 60_000 });
});

test('what was found of a pair is there again after another pair was looked at', async () => {
  await page.keyboard.press('Control+4');
  await page.getByLabel('Search runs').fill('name:threads');
  await expect(rows()).toHaveCount(2);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('toolbar').getByRole('button', { name: 'Compare' }).click();
  await verdict().getByRole('button', { name: 'Find the first operation' }).click();
  // Another pair is opened meanwhile, under which nothing of this one is shown.
  await showStyles(3);
  await expect(verdict()).toContainText('Exact.');
  await expect(verdict()).toContainText('Another pair: ');
  await expect(verdict()).not.toContainText('Another pair: ', { timeout: 60_000 });
  await page.keyboard.press('Control+4');
  await page.getByLabel('Search runs').fill('name:threads');
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('toolbar').getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByLabel('The first operation')).toBeVisible();
});

test('a reviewer replays a bundle and compares a run of it with its replay', async () => {
  const bundle = join(folder, 'review.zip');
  const { code, stderr } = await lab(['export', ...styles(3), '-o', bundle]);
  if (code !== 0) throw new Error(stderr);
  await page.keyboard.press('Control+6');
  await drop(page, [bundle]);
  await view(page).getByRole('button', { name: 'Replay', exact: true }).click();
  const replayed = view(page).getByRole('row', { name: /a-sequential/ });
  await expect(replayed.getByRole('button', { name: 'Compare' })).toBeVisible({ timeout: 60_000 });
  await replayed.getByRole('button', { name: 'Compare' }).click();
  await expect(verdict()).toContainText('Exact. All 15 steps are equal, bit for bit');
});

test('two groups of repeats are compared: by seed, by how they spread, and each pair opens', async () => {
  const layers = [{ id: 'output', kind: 'dense', units: 3, activation: 'softmax' }];
  const groups: string[][] = [];
  for (const learningRate of [0.01, 0.02]) {
    const runs: string[] = [];
    for (const seed of ['1', '2']) {
      const file = join(folder, `seed${seed}.json`);
      const project = {
        twintrain: 'project',
        version: 1,
        name: 'repeats',
        architectures: [{ style: 'sequential', inputShape: [4], layers }],
        training: { epochs: 2, batchSize: 50, optimiser: { kind: 'sgd', learningRate } },
        engine: 'graph',
        randomness: { regime: 'controlled', seed },
        data: { kind: 'builtin', name: 'iris' },
      };
      writeFileSync(file, JSON.stringify(project));
      const out = join(folder, `data/runs/repeat-${learningRate}-${seed}`);
      const { code, stdout, stderr } = await lab(['run', file, '--out', out, '--json']);
      if (code !== 0) throw new Error(stderr);
      runs.push((JSON.parse(stdout) as { runFolder: string }).runFolder);
    }
    groups.push(runs);
  }
  const [own = [], its = []] = groups;
  const { code, stdout } = await lab(['compare', ...own, '--against', ...its, '--json']);
  expect(code).toBe(1);
  const printed = JSON.parse(stdout) as { sentence: string; pairs: unknown[]; settings: unknown };
  expect(printed.pairs).toHaveLength(2);
  expect(printed.settings).toEqual([
    { path: 'training.optimiser.learningRate', values: ['0.01', '0.02'] },
  ]);

  await page.keyboard.press('Control+4');
  await page.getByLabel('Search runs').fill('repeats');
  await expect(rows()).toHaveCount(4);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('toolbar').getByRole('button', { name: 'Compare 2 groups' }).click();
  await expect(verdict().locator('.sentence')).toHaveText(/^A has 2 runs, B 2\. The 2 seeds/);
  await expect(page.getByRole('row', { name: /^training.optimiser.learningRate/ })).toContainText(
    '0.02',
  );
  const axe = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(axe.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  await page.screenshot({ path: 'test-results/groups.png' });
  await page.getByRole('button', { name: 'Open the pair of seed 2' }).click();
  await expect(verdict()).toContainText('learningRate');
  await page.getByRole('button', { name: 'Back to the groups' }).click();
  await expect(page.getByRole('row', { name: /^training.optimiser.learningRate/ })).toBeVisible();
});
