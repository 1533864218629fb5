import AxeBuilder from '@axe-core/playwright';
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { distFolder, lab } from '../helpers/lab';
import { articleNetwork } from '../../shared/protocols/articleNetwork';
import { asSubclass } from '../../shared/architecture/architecture';
import { launchApp, type OpenedApp } from './launchApp';
import { view } from './training';

let folder: string;
let opened: OpenedApp;
let page: Page;

const rows = () => page.getByRole('grid', { name: 'Runs' }).getByRole('rowgroup').getByRole('row');
const bar = () => page.getByRole('toolbar', { name: 'Selected runs' });
const counted = () => view(page).getByRole('status').first();

/** A project of the article's network in both styles. */
function projectFile(name: string, more: object): string {
  const network = articleNetwork(4, [8], 3);
  const path = join(folder, `${name}.json`);
  const project = {
    twintrain: 'project',
    version: 1,
    name,
    architectures: [network, asSubclass(network)],
    training: { epochs: 2 },
    randomness: { regime: 'controlled', seed: '7' },
    engine: 'graph',
    data: { kind: 'builtin', name: 'iris' },
    ...more,
  };
  writeFileSync(path, JSON.stringify(project));
  return path;
}

async function open(): Promise<void> {
  opened = await launchApp([], join(folder, 'data'));
  page = opened.page;
  await page.keyboard.press('Control+4');
}

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twintrain-runs-'));
  const runs = join(folder, 'mine');
  const seeds = [
    projectFile('first', {}),
    projectFile('second', { randomness: { regime: 'controlled', seed: '8' } }),
  ];
  for (const project of seeds) {
    const { code, stderr } = await lab(['run', project, '--out', runs]);
    if (code !== 0) throw new Error(stderr);
  }
  mkdirSync(join(folder, 'data/runs'), { recursive: true });
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));
test.afterEach(async () => {
  expect(opened.pageErrors).toEqual([]);
  // The user data stays for the next test.
  await opened.app.close();
});

test('a folder that is added shows its runs, which are searched, grouped, named and kept so', async () => {
  await open();
  await expect(view(page).getByText('There are no runs yet.')).toBeVisible();
  await opened.app.evaluate(
    ({ dialog }, path) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
    },
    join(folder, 'mine'),
  );
  await view(page).getByRole('button', { name: 'Add folder…' }).click();
  await expect(rows()).toHaveCount(4);
  await expect(counted()).toHaveText('4 runs');

  await page.getByLabel('Search runs').fill('seed:8 network:dense');
  await expect(rows()).toHaveCount(2);
  await expect(counted()).toHaveText('2 of 4 runs');
  await page.getByLabel('Search runs').fill('sead:8');
  await expect(view(page).getByRole('alert')).toContainText('no column "sead"');
  await page.getByLabel('Search runs').fill('');
  // The two styles are two networks; each was trained with two seeds.
  await page.getByLabel('Group by').selectOption('everything but the seed');
  await expect(rows()).toHaveCount(6);
  await expect(rows().first()).toContainText('2 runs, 2 seeds');
  await rows().first().click();
  await expect(rows()).toHaveCount(4);
  await page.getByLabel('Group by').selectOption('nothing');

  await page.getByRole('grid', { name: 'Runs' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('F2');
  await page.keyboard.type('The one to keep');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Tags' }).fill('kept, seen');
  await page.getByRole('textbox', { name: 'Note' }).fill('as yesterday');
  await page.getByRole('textbox', { name: 'Tags' }).focus();
  await expect(rows().first()).toContainText('The one to keep');
  await page.getByRole('columnheader', { name: 'Last loss' }).getByRole('button').click();
  await expect(page.getByRole('columnheader', { name: 'Last loss' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  const axe = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(axe.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  await opened.app.close();

  // Nothing of it is lost by closing the window.
  await open();
  await expect(rows()).toHaveCount(4);
  await page.getByLabel('Search runs').fill('tags:kept note:yesterday');
  await expect(rows()).toHaveCount(1);
  await expect(rows().first()).toContainText('The one to keep');
  await expect(page.getByRole('columnheader', { name: 'Last loss' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await page.getByLabel('Search runs').fill('');
});

test('runs go to the trash and come back; what is emptied is gone', async () => {
  await open();
  await expect(rows()).toHaveCount(4);
  const grid = page.getByRole('grid', { name: 'Runs' });
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(bar()).toContainText('2 runs selected');
  await page.keyboard.press('Delete');
  await expect(rows()).toHaveCount(2);
  await expect(view(page).getByText('2 runs were moved to the trash.')).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Control+z');
  await expect(rows()).toHaveCount(4);

  await rows().first().click();
  await bar().getByRole('button', { name: 'Move to trash' }).click();
  await expect(rows()).toHaveCount(3);
  await view(page).getByRole('button', { name: 'Folders and trash…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Folders whose runs are shown' });
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await expect(dialog.getByText('The trash is empty.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(rows()).toHaveCount(4);
});

test('a run that another process trains appears, moves and ends; one that dies is told as such', async () => {
  await open();
  await expect(rows()).toHaveCount(4);
  // One style after the other: both at once would be two runs that died.
  const project = projectFile('long', {
    training: { epochs: 15_000 },
    name: 'long',
    environment: { threads: os.cpus().length },
  });
  const out = join(folder, 'mine');
  const entry = join(distFolder, 'electron/lab.cjs');
  const child = spawn(process.execPath, [entry, 'run', project, '--out', out], {
    stdio: 'ignore',
    detached: true,
  });
  await page.getByLabel('Search runs').fill('status:running');
  await expect(rows().first()).toContainText('running', { timeout: 30_000 });
  const steps = async () =>
    Number((await rows().first().innerText()).match(/([\d,]+) of/)?.[1]?.replaceAll(',', '') ?? 0);
  await expect.poll(steps, { timeout: 30_000 }).toBeGreaterThan(0);
  const before = await steps();
  await expect.poll(steps, { timeout: 30_000 }).toBeGreaterThan(before);
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await page.getByLabel('Search runs').fill('status:died');
  await expect(rows().first()).toContainText('died', { timeout: 30_000 });

  // Taken out of its experiment it is resumed by itself; the table shows that it ends.
  const experiment = readdirSync(out).find((name) => name.startsWith('long')) ?? '';
  const [died] = readdirSync(join(out, experiment)).filter((name) =>
    existsSync(join(out, experiment, name, 'run.json')),
  );
  const alone = join(out, 'alone', died ?? '');
  cpSync(join(out, experiment, died ?? ''), alone, { recursive: true });
  await page.getByLabel('Search runs').fill('name:alone');
  await expect(rows().first()).toContainText('died', { timeout: 30_000 });
  await rows().first().click();
  await bar().getByRole('button', { name: 'Resume' }).click();
  await expect(
    view(page).getByText(/Training (what is missing|again from the start)/),
  ).toBeVisible();
  await expect(rows().first()).toContainText('finished', { timeout: 60_000 });
  rmSync(join(out, 'alone'), { recursive: true });

  // It is resumed from here, to its end.
  await page.getByLabel('Search runs').fill('status:died');
  await expect(rows()).toHaveCount(1);
  await rows().first().click();
  await bar().getByRole('button', { name: 'Resume' }).click();
  const progress = view(page).locator('.progress [role=status]').first();
  await expect(progress).toHaveText('Finished.', { timeout: 240_000 });
  await page.keyboard.press('Control+4');
  await expect(view(page).getByText('None of 6 runs matches the search.')).toBeVisible();
  await view(page).getByRole('button', { name: 'Clear search' }).click();
  await expect(rows()).toHaveCount(6);
});

test('a run opens as a project with exactly its settings, and is replayed bit for bit', async () => {
  await open();
  await page.getByLabel('Search runs').fill('seed:8 style:subclass');
  await expect(rows()).toHaveCount(1);
  await rows().first().click();
  await bar().getByRole('button', { name: 'Replay' }).click();
  await expect(view(page).getByRole('heading', { name: '1 run of this machine' })).toBeVisible();
  await expect(view(page).getByText('Replay:')).toContainText('exact', { timeout: 60_000 });

  await page.keyboard.press('Control+4');
  await bar().getByRole('button', { name: 'Open as project' }).click();
  await expect(view(page).getByLabel('Seed', { exact: true })).toHaveValue('8');
  await expect(view(page).getByLabel('Engine')).toHaveValue('graph');
  await page.keyboard.press('Control+1');
  await expect(page.locator('[data-layer="hidden1"]')).toBeVisible();
});
