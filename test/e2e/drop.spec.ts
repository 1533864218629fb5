import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { encode } from 'fast-png';
import { npyBytes } from '../../electron/data/npyBytes';
import { drag, drop } from './drop';
import { lab } from '../helpers/lab';
import { launchApp, type OpenedApp } from './launchApp';

let opened: OpenedApp;
const folder = mkdtempSync(join(tmpdir(), 'twintrain-drop-'));
test.beforeAll(async () => {
  opened = await launchApp();
});
test.afterAll(async () => {
  expect(opened.pageErrors).toEqual([]);
  await opened.close();
  rmSync(folder, { recursive: true });
});

const file = (name: string, contents: string | Uint8Array) => {
  writeFileSync(join(folder, name), contents);
  return join(folder, name);
};
const current = () =>
  opened.page.getByRole('navigation', { name: 'Places' }).locator('[aria-current=page]');
const alert = () => opened.page.getByRole('alert');

test('while files are over the window a target says where each kind goes', async () => {
  const { page } = opened;
  const csv = file('target.csv', 'a,b\n1,x\n');
  const target = page.getByRole('status', { name: 'Drop files here' });
  await drag(page, [csv], ['dragEnter', 'dragOver']);
  await expect(target).toContainText('Drop it anywhere.');
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: `test-results/drop-${theme}.png` });
  }
  // Wherever the pointer left the window, no more events arrive.
  await expect(target).toHaveCount(0);
});

test('a table, arrays and a folder of pictures become the data of Run', async () => {
  const { page } = opened;
  const form = page.getByRole('complementary', { name: 'How to train' });
  const rows = Array.from({ length: 30 }, (_, row) => `${row},${row % 7},${row % 2 ? 'b' : 'a'}`);
  const path = file('rows.csv', ['x,y,kind', ...rows, ''].join('\n'));
  await drop(page, [path]);
  await expect(current()).toHaveText('Run');
  // What was recognised is shown before it is used.
  const dialog = page.getByRole('dialog', { name: 'rows.csv' });
  await expect(dialog.getByLabel('Role of kind')).toHaveValue('target');
  await dialog.getByRole('button', { name: 'Use this table' }).click();
  await expect(form.getByLabel('Data')).toHaveValue('table');
  await expect(form.getByLabel('Target column')).toHaveValue('kind');

  // A file that is edited meanwhile is shown as it is when the window is looked at again.
  writeFileSync(path, ['x,y,kind', '9,9,a', '8,8,b', '7,7,c', ''].join('\n'));
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(page.locator('.content:not([hidden])')).toContainText('3 rows of 2, 3 classes');

  const labels = Array.from({ length: 12 }, (_, index) => index % 3);
  const inputs = Array.from({ length: 48 }, (_, index) => Math.sin(index));
  // Together, and the labels first: their axes tell which is which.
  await drop(page, [
    file('a.npy', npyBytes('<i4', [12], labels)),
    file('b.npy', npyBytes('<f4', [12, 4], inputs)),
  ]);
  await expect(form.getByLabel('Data')).toHaveValue('npy');
  await expect(page.getByText('12 rows of 4, 3 classes')).toBeVisible();

  const pictures = join(folder, 'pictures');
  for (const name of ['cat', 'dog']) {
    mkdirSync(join(pictures, name), { recursive: true });
    const data = new Uint8Array(4).fill(name.length);
    writeFileSync(
      join(pictures, name, '1.png'),
      encode({ width: 2, height: 2, channels: 1, data }),
    );
  }
  await drop(page, [pictures]);
  await expect(form.getByLabel('Data')).toHaveValue('images');
  await expect(page.getByText('2 pictures, 2 classes (cat, dog)')).toBeVisible();
});

test('a model is imported and a project opened, from any view', async () => {
  const { page } = opened;
  const dense = { class_name: 'Dense', config: { name: 'only', units: 3 } };
  const input = { class_name: 'InputLayer', config: { batch_shape: [null, 4] } };
  const model = { class_name: 'Sequential', config: { layers: [input, dense] } };
  await page.keyboard.press('Control+6');
  await drop(page, [file('model.json', JSON.stringify(model))]);
  await expect(current()).toHaveText('Build');
  const layers = page
    .getByRole('listbox', { name: 'Layers of the Sequential' })
    .getByRole('option');
  await expect(layers).toHaveCount(1);

  const project = {
    twintrain: 'project',
    version: 1,
    name: 'dropped',
    architectures: [
      {
        style: 'sequential',
        inputShape: [4],
        layers: ['one', 'two'].map((id) => ({ id, kind: 'dense', units: 3 })),
      },
    ],
    randomness: { regime: 'controlled', seed: '1' },
    data: { kind: 'builtin', name: 'iris' },
  };
  await page.keyboard.press('Control+3');
  await drop(page, [file('dropped.twintrain', JSON.stringify(project))]);
  // An untouched import can simply be imported again: nobody is asked.
  await expect(current()).toHaveText('Build');
  await expect(layers).toHaveCount(2);
});

test('a copied experiment folder is resumed in place', async () => {
  const { page } = opened;
  const copy = join(folder, 'copied experiment');
  const project = join(folder, 'dropped.twintrain');
  const trained = await lab(['run', project, '--out', join(folder, 'runs')]);
  expect([trained.stderr, trained.code]).toEqual([expect.any(String), 0]);
  cpSync(join(folder, 'runs/dropped'), copy, { recursive: true });
  rmSync(join(copy, 'sequential/outcome.json'));
  rmSync(join(copy, 'sequential/snapshot.safetensors'), { force: true });
  await drop(page, [copy]);
  const note = page.getByRole('status', { name: 'What happened' });
  await expect(note).toContainText('can be resumed. Resume trains what is missing.');
  await page.screenshot({ path: 'test-results/resume.png' });
  await note.getByRole('button', { name: 'Resume' }).click();
  await expect(current()).toHaveText('Run');
  await expect(page.locator('[data-phase=finished]')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('.content:not([hidden])').getByText(copy)).toBeVisible();
  expect(existsSync(join(copy, 'sequential/outcome.json'))).toBe(true);
});

test('anything else is refused with a message, and changes nothing', async () => {
  const { page } = opened;
  await drop(page, [file('photo.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0]))]);
  await expect(alert()).toContainText(
    'photo.jpg is not a file that can be dropped here. Drop a project, a bundle',
  );
  await expect(current()).toHaveText('Run');
  await alert().getByRole('button', { name: 'Dismiss' }).click();
});

test('the page takes only what was truly dropped', async () => {
  const path = file('never.csv', 'a,b\n1,x\n');
  const reply = await opened.page.evaluate((own) => {
    // A script can make such an event, but not a file with a path on disk.
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['a,b'], own));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer }));
    const { twintrain } = window as unknown as {
      twintrain: { request: (name: string, input: object) => Promise<unknown> };
    };
    return twintrain.request('takeDropped', { path: own });
  }, path);
  expect(reply).toMatchObject({ ok: false, error: { code: 'refused' } });
});
