import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { launchApp } from './launchApp';
import { view } from './training';

test('a trained network shows its wrong rows, predicts a file, and is saved with code that loads it', async () => {
  const { app, page, pageErrors, close } = await launchApp();
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-network-'));
  const choose = (filePath: string) =>
    app.evaluate(({ dialog }, path) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath: path });
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
    }, filePath);
  await page.getByLabel('Start from a template').selectOption('Article');
  await page.getByRole('navigation').getByRole('button', { name: 'Run', exact: true }).click();
  const form = view(page);
  await form.getByLabel('Engine').selectOption('graph');
  await form.getByLabel('Epochs').fill('2');
  await form.getByLabel('Rows for validation').selectOption('stratified');
  await form.getByLabel('Keep the best weights').check();
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(form.locator('.progress [role=status]').first()).toHaveText('Finished.', {
    timeout: 120_000,
  });
  const [run = ''] = await form.locator('.folder code').allTextContents();
  const results = form.getByRole('region', { name: 'Results' });
  await results.getByRole('button', { name: 'Evaluate' }).click();
  await expect(results.getByRole('row', { name: 'Accuracy' })).toBeVisible();
  // What was found is evidence.
  const kept = JSON.parse(readFileSync(join(run, 'evaluations.json'), 'utf8')) as {
    evaluations: { weights: string }[];
  };
  expect(kept.evaluations.map(({ weights }) => weights)).toEqual(['final']);

  const wrong = results.getByRole('button', { name: /^\d+$/ }).first();
  await wrong.click();
  const dialog = page.getByRole('dialog', { name: /^Row \d+/ });
  await expect(dialog.getByRole('row')).toHaveCount(4);
  await expect(dialog).toContainText('petal');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  // Final and best of both styles side by side.
  await results.getByLabel('Weights').selectOption('final and best');
  await results.getByRole('button', { name: 'Evaluate' }).click();
  await expect(results.getByRole('row', { name: 'Accuracy' }).getByRole('cell')).toHaveCount(4);
  await expect(results.getByRole('columnheader', { name: 'Model subclass, best' })).toBeVisible();

  const network = form.getByRole('region', { name: 'Network' });
  const rows = join(folder, 'new.csv');
  const header = 'sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm';
  writeFileSync(rows, `${header}\n4.9,3.0,1.4,0.2\n6.6,2.9,4.6,1.3\n7.7,2.6,6.9,2.3\n`);
  await choose(rows);
  await results.getByLabel('Weights').selectOption('best');
  await network.getByRole('button', { name: 'Predict rows of a file…' }).click();
  const table = network.getByRole('table', { name: 'Predictions' });
  await expect(table.getByRole('row')).toHaveCount(4);
  await expect(table).toContainText('p(virginica)');
  const out = join(folder, 'out.csv');
  await choose(out);
  await network.getByRole('button', { name: 'Save as CSV…' }).click();
  await expect(network).toContainText(`Saved: ${out}`);
  expect(readFileSync(out, 'utf8').split('\n')).toHaveLength(5);

  await network.getByLabel('Format').selectOption('ONNX');
  await choose(join(folder, 'net.onnx'));
  await network.getByRole('button', { name: 'Save the network…' }).click();
  await expect(network.getByLabel('Code that loads it')).toContainText('onnxruntime');
  expect(existsSync(join(folder, 'net.onnx'))).toBe(true);
  expect(existsSync(join(folder, 'net_onnx_preprocessing.py'))).toBe(true);
  await network.getByLabel('Format').selectOption('Keras');
  await choose(join(folder, 'net.keras'));
  await network.getByRole('button', { name: 'Save the network…' }).click();
  await expect(network.getByLabel('Code that loads it')).toContainText('load_model');

  // A file that the network cannot take is refused with a message.
  writeFileSync(rows, 'a,b\n1,2\n');
  await choose(rows);
  await network.getByRole('button', { name: 'Predict rows of a file…' }).click();
  await expect(network.getByRole('alert')).toContainText('sepal_length_cm');

  await network.scrollIntoViewIfNeeded();
  await page.screenshot({ path: 'test-results/network.png' });
  await page.setViewportSize({ width: 1024, height: 700 });
  await network.scrollIntoViewIfNeeded();
  await page.screenshot({ path: 'test-results/network-small.png' });
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  expect(pageErrors).toEqual([]);
  await close();
});

test('a network starts from the weights of a run, whose layers can be matched otherwise', async () => {
  const { app, page, pageErrors, close } = await launchApp();
  await page.getByLabel('Start from a template').selectOption('Article');
  await page.getByRole('navigation').getByRole('button', { name: 'Run', exact: true }).click();
  const form = view(page);
  const button = (name: string) => form.getByRole('button', { name, exact: true });
  const trained = async () => {
    await button('Run').click();
    await expect(form.locator('.progress [role=status]').first()).toHaveText('Finished.', {
      timeout: 120_000,
    });
    const folders = await form.locator('.folder code').allTextContents();
    return folders[0] ?? '';
  };
  await form.getByLabel('Engine').selectOption('graph');
  await form.getByLabel('Epochs').fill('3');
  const first = await trained();
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
  }, first);
  await button('Start from weights…').click();
  await form.getByLabel('Weights of a run or bundle').selectOption('After a step');
  await form.getByLabel('Step', { exact: true }).fill('6');
  await form.getByLabel("With the optimiser's state").check();
  await button("A run's folder…").click();
  await expect(
    form.getByText(/after step 6, with its optimiser state; not restored: random/),
  ).toBeVisible();
  const second = await trained();
  expect(second).not.toBe(first);
  const told = JSON.parse(readFileSync(join(second, 'run.json'), 'utf8')) as {
    initialWeights: { start: object };
  };
  expect(told.initialWeights.start).toMatchObject({ step: 6, optimiser: true, random: false });

  const matches = form.getByRole('group', { name: 'Weights of the layers' });
  await form.getByLabel("With the optimiser's state").isHidden();
  await page.screenshot({ path: 'test-results/start.png' });
  await expect(matches.getByRole('combobox').first()).toBeVisible();
  await button('Draw them instead').click();
  await expect(matches).toBeHidden();
  expect(pageErrors).toEqual([]);
  await close();
});
