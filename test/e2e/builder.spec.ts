import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { launchApp, type OpenedApp } from './launchApp';

let opened: OpenedApp;
let page: Page;

test.beforeEach(async () => {
  opened = await launchApp();
  page = opened.page;
  await page.getByRole('toolbar', { name: 'Network' }).waitFor();
});
test.afterEach(async () => {
  expect(opened.pageErrors).toEqual([]);
  await opened.close();
});

const palette = () => page.getByRole('region', { name: 'Layers to add' });
const tile = (label: string) => palette().getByRole('button', { name: label, exact: true });
const stack = () => page.getByRole('listbox', { name: 'Layers of the Sequential' });
const rows = () => stack().getByRole('option');
const ids = () =>
  rows().evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['layer']));
const problems = () => page.getByRole('list', { name: 'Problems' });
const canvas = () => page.getByRole('region', { name: 'Model subclass' });
const node = (name: string) => canvas().locator(`.svelte-flow__node[data-id="${name}"]`);
const inspector = () => page.getByRole('region', { name: 'Selected layer' });
const source = async () => {
  await page.getByRole('tab', { name: 'Source' }).click();
  const text = await page.getByLabel('Source of the network').textContent();
  await page.getByRole('tab', { name: 'Layer' }).click();
  return text ?? '';
};

/** The real mouse, from the middle of one thing to the middle of another, or to a place in it. */
async function drag(from: Locator, to: Locator, place?: { x: number; y: number }): Promise<void> {
  await from.scrollIntoViewIfNeeded();
  const [a, b] = [await from.boundingBox(), await to.boundingBox()];
  if (a === null || b === null) throw new Error('Nothing to drag');
  const { x, y } = place ?? { x: b.width / 2, y: b.height / 2 };
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(b.x + x, b.y + y, { steps: 8 });
  await page.mouse.up();
}

test('a stack is built with the mouse: dragged in, moved, undone', async () => {
  await drag(tile('Dense'), stack());
  await drag(tile('Dropout'), stack());
  await drag(tile('Dense'), stack());
  await expect(rows()).toHaveCount(3);
  const before = await ids();
  await rows()
    .nth(2)
    .dragTo(rows().nth(0), { targetPosition: { x: 20, y: 2 } });
  expect(await ids()).toEqual([before[2], before[0], before[1]]);
  await page.keyboard.press('Control+z');
  expect(await ids()).toEqual(before);
  await page.keyboard.press('Control+Shift+z');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(rows()).toHaveCount(2);
});

test('a graph is built with the mouse: layers dropped, joined by their handles, cut again', async () => {
  const pane = canvas().locator('.svelte-flow__pane');
  await drag(tile('Dense'), pane, { x: 100, y: 180 });
  await drag(tile('Dense'), pane, { x: 298, y: 180 });
  await drag(tile('Add'), pane, { x: 110, y: 560 });
  await expect(problems()).toContainText('It has no input.');
  await drag(node('input').locator('.source'), node('dense1').locator('.target'));
  await drag(node('input').locator('.source'), node('dense2').locator('.target'));
  await drag(node('dense1').locator('.source'), node('add1').locator('.target'));
  await drag(node('dense2').locator('.source'), node('add1').locator('.target'));
  await expect(problems()).toContainText('No problems in the Model subclass.');
  expect(await source()).toContain('add1 = self.add1([dense1, dense2])');
  await drag(node('add1').locator('.source'), node('dense1').locator('.target'));
  await expect(page.getByRole('alert')).toContainText('a network has no cycles');
  await node('dense2').click();
  await page.keyboard.press('Delete');
  await expect(node('dense2')).toHaveCount(0);
  await expect(problems()).toContainText('Add takes two or more inputs');
  await page.keyboard.press('Control+z');
  await expect(problems()).toContainText('No problems in the Model subclass.');
  await canvas().locator('.svelte-flow__edge[data-id="dense1>add1>0"]').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Delete');
  expect(await source()).not.toContain('dense1, dense2');
});

test('the keyboard alone builds both styles, edits, copies and undoes', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type('dense');
  await page.keyboard.press('Enter');
  await page.keyboard.type('dropout');
  await page.keyboard.press('Enter');
  await expect(rows()).toHaveCount(2);
  await rows().nth(1).focus();
  await page.keyboard.press('Alt+ArrowUp');
  expect(await ids()).toEqual(['dropout1', 'dense1']);
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+v');
  expect(await ids()).toEqual(['dropout1', 'dropout2', 'dense1']);
  await page.keyboard.press('Delete');
  expect(await ids()).toEqual(['dropout1', 'dense1']);

  await rows().nth(1).focus();
  await page.keyboard.press('Space');
  const units = inspector().getByLabel('Units');
  await units.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('123');
  await expect(rows().nth(1)).toContainText('123');
  // One step back for all that was typed, while the field still has focus.
  await page.keyboard.press('Control+z');
  await expect(units).toHaveValue('64');
  await expect(rows().nth(1)).toContainText('64');

  await page.getByRole('button', { name: 'Sequential → subclass' }).focus();
  await page.keyboard.press('Enter');
  await expect(node('dense1')).toBeVisible();
  await tile('Add').focus();
  await page.keyboard.press('Enter');
  await inspector().getByLabel('Add an input').selectOption('dropout1');
  await expect(problems()).toContainText('Add takes inputs of one shape');
  await inspector().getByRole('button', { name: 'Remove input dense1' }).click();
  await inspector().getByLabel('Add an input').selectOption('input');
  await expect(problems()).toContainText('Nothing uses "dense1"');
});

test('a graph gets a second input, which is named, shaped, joined and taken away', async () => {
  const pane = canvas().locator('.svelte-flow__pane');
  await drag(tile('Dense'), pane, { x: 100, y: 180 });
  await drag(tile('Concatenate'), pane, { x: 110, y: 560 });
  await drag(node('input').locator('.source'), node('dense1').locator('.target'));
  await drag(node('dense1').locator('.source'), node('concatenate1').locator('.target'));
  await node('input').click();
  await inspector().getByRole('button', { name: 'Add another input' }).click();
  await expect(inspector()).toContainText('Numbers 5 to 8 of a row');
  await inspector().getByLabel('Name').fill('dense1');
  await inspector().getByLabel('Name').press('Enter');
  await expect(inspector().getByRole('alert')).toContainText('already in use');
  await inspector().getByLabel('Name').fill('other');
  await inspector().getByLabel('Name').press('Enter');
  await inspector().getByLabel('Shape').fill('3');
  await inspector().getByLabel('Shape').press('Enter');
  await expect(node('other')).toContainText('3');
  await expect(problems()).toContainText('Concatenate takes two or more inputs');
  await node('concatenate1').click();
  await inspector().getByLabel('Add an input').selectOption('other');
  await expect(problems()).toContainText('No problems in the Model subclass.');
  const text = await source();
  expect(text).toContain('input, other = inputs');
  expect(text).toContain('model([ops.zeros((1,) + (4,)), ops.zeros((1,) + (3,))])');
  await expect(page.getByLabel('Input shape of a row')).toBeDisabled();
  await node('other').click();
  await page.keyboard.press('Delete');
  await expect(node('other')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(node('other')).toBeVisible();
});

test('the layer that is called on each step is chosen in the form of its wrapper', async () => {
  await page.getByLabel('Input shape of a row').fill('6, 3');
  await page.getByLabel('Input shape of a row').press('Enter');
  await tile('TimeDistributed').click();
  await expect(rows()).toContainText('TimeDistributed Dense');
  await inspector().getByLabel('Units').fill('5');
  await expect(inspector()).toContainText('6 × 5');
  await inspector().getByLabel('Layer on each step').selectOption('LayerNormalization');
  await expect(rows()).toContainText('TimeDistributed LayerNormalization');
  expect(await source()).toContain('layers.TimeDistributed(layers.LayerNormalization()');
});

test('a problem is shown at its layer and leads there', async () => {
  await page.getByLabel('Start from a template').selectOption('LeNet');
  await page.getByRole('button', { name: 'Sequential', exact: true }).click();
  await rows().filter({ hasText: 'flat' }).click();
  await page.keyboard.press('Delete');
  await page.getByLabel('Input shape of a row').fill('2, 2, 1');
  await page.getByLabel('Input shape of a row').press('Enter');
  const problem = problems().getByRole('button').first();
  await expect(problem).toContainText('larger than its input');
  await rows().first().click();
  await problem.click();
  await expect(inspector()).toContainText('larger than its input');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no accessibility violations, ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme });
    await page.getByRole('button', { name: /^Residual block/ }).click();
    await page.getByLabel('Start from a template').selectOption('LeNet');
    await rows().nth(1).click();
    await page.waitForTimeout(300);
    await page.screenshot({ path: `test-results/builder-${colorScheme}.png` });
    await page.getByLabel('Start from a template').selectOption('Residual block');
    await page.getByRole('button', { name: 'Both' }).click();
    await node('sum').click();
    await page.screenshot({ path: `test-results/graph-${colorScheme}.png` });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    ).toEqual([]);
  });
}
