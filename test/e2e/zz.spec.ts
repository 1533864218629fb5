import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { encode } from 'fast-png';
import { launchApp } from './launchApp';
import { view } from './training';

test('shots', async () => {
  const opened = await launchApp();
  const { page, app } = opened;
  const size = async (w: number, h: number) =>
    app.evaluate(
      ({ BrowserWindow }, [a, b]) =>
        BrowserWindow.getAllWindows()[0]?.setContentSize(a as number, b as number),
      [w, h],
    );
  const shot = async (name: string) => {
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const [w, h] of [
        [1280, 860],
        [1024, 700],
      ] as const) {
        await size(w, h);
        await page.waitForTimeout(150);
        await page.screenshot({ path: `/tmp/shots/${name}-${scheme}-${w}.png` });
      }
    }
  };
  const answer = (file: string) =>
    app.evaluate(({ dialog }, f) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [f] });
    }, file);
  const path = join(opened.userData, 'prices.csv');
  writeFileSync(
    path,
    [
      'x,z,town,price,importance,patient,remark',
      ...Array.from(
        { length: 64 },
        (_, r) =>
          `${r % 7},${(r * 3) % 5},${['Rome', 'Oslo'][r % 2]},${100 + 20 * (r % 7)},${1 + (r % 2)},p${r % 8},some words ${r} here`,
      ),
      '',
    ].join('\n'),
  );
  await answer(path);
  await page.getByLabel('Start from a template').selectOption('Article');
  await page.keyboard.press('Control+2');
  await view(page).getByLabel('Data').selectOption('table');
  await view(page).getByRole('button', { name: 'Choose file…' }).click();
  const dialog = page.getByRole('dialog', { name: 'prices.csv' });
  await dialog.getByLabel('Role of price').selectOption('target');
  await dialog.getByLabel('Role of patient').selectOption('group');
  await dialog.getByLabel('Role of importance').selectOption('weight');
  await dialog.getByLabel('Role of remark').selectOption('tokens');
  await dialog.getByLabel('A row’s target').selectOption('number');
  await dialog.getByLabel('Standardise the numbers to predict').check();
  await shot('dialog');
  await dialog.getByLabel('Role of remark').selectOption('left-out');
  await dialog.getByRole('button', { name: 'Use this table' }).click();
  await page.waitForTimeout(1500);
  await shot('table');
  await view(page).getByRole('button', { name: 'Set input and output to fit' }).click();
  await view(page).getByRole('button', { name: 'Set loss and metrics to fit' }).click();
  await view(page).getByLabel('Rows follow each other in time').check();
  await page.waitForTimeout(1500);
  await shot('windows');
  await view(page).getByLabel('Data').selectOption('npy');
  await view(page).getByText('Validation, weights and groups').click();
  await shot('npy');
  for (const [folder, count] of [
    ['train', 24],
    ['val', 8],
  ] as const)
    for (let row = 0; row < count; row++) {
      const d = join(opened.userData, 'pictures', folder, row % 2 ? 'odd' : 'even');
      mkdirSync(d, { recursive: true });
      writeFileSync(
        join(d, `${row}.png`),
        encode({
          width: 8,
          height: 8,
          channels: 1,
          data: Uint8Array.from({ length: 64 }, (_, at) => (at * 3 + row * 40) % 256),
        }),
      );
    }
  await answer(join(opened.userData, 'pictures'));
  await view(page).getByLabel('Data').selectOption('images');
  await view(page).getByRole('button', { name: 'Choose folder…' }).click();
  await page.waitForTimeout(1500);
  await view(page).getByLabel('Change pictures at random before each epoch').check();
  await shot('pictures');
  await opened.close();
});
