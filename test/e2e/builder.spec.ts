import { expect, test, type Page } from '@playwright/test';
import { launchApp, type OpenedApp } from './launchApp';

let opened: OpenedApp;
let page: Page;

test.beforeEach(async () => {
  opened = await launchApp();
  page = opened.page;
});
test.afterEach(async () => {
  expect(opened.pageErrors).toEqual([]);
  await opened.close();
});

const palette = () => page.getByRole('region', { name: 'Layers to add' });
const rows = () =>
  page.getByRole('listbox', { name: 'Layers of the Sequential' }).getByRole('option');
const problems = () => page.getByRole('list', { name: 'Problems' });

test('a stack is built with the mouse: dragged in, dragged about, undone', async () => {
  const list = page.getByRole('listbox', { name: 'Layers of the Sequential' });
  await palette().getByRole('button', { name: 'Dense', exact: true }).dragTo(list);
  await palette().getByRole('button', { name: 'Dropout' }).dragTo(list);
  await palette().getByRole('button', { name: 'Dense', exact: true }).dragTo(list);
  await expect(rows()).toHaveCount(3);
  const ids = () =>
    rows().evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['layer']));
  const before = await ids();
  await rows()
    .nth(2)
    .dragTo(rows().nth(0), { targetPosition: { x: 20, y: 2 } });
  expect(await ids()).toEqual([before[2], before[0], before[1]]);
  await page.keyboard.press('Control+z');
  expect(await ids()).toEqual(before);
});

test('looks', async () => {
  await page.getByRole('button', { name: /^Residual block/ }).click();
  await page.waitForTimeout(500);
  await page.screenshot({ path: '/tmp/shots/residual.png' });
  await page.getByLabel('Start from a template').selectOption('LeNet');
  await page.waitForTimeout(500);
  await rows().nth(1).click();
  await page.screenshot({ path: '/tmp/shots/lenet.png' });
  await expect(problems()).toContainText('No problems');
});
