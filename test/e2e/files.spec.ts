import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { launchApp, type OpenedApp } from './launchApp';

let opened: OpenedApp;
test.afterEach(async () => {
  expect(opened.pageErrors).toEqual([]);
  await opened.close();
});

const rows = (page: Page) =>
  page.getByRole('listbox', { name: 'Layers of the Sequential' }).getByRole('option');
const menu = (page: Page) => page.locator('.menu');
const template = (page: Page, name: string) =>
  page.getByLabel('Start from a template').selectOption(name);

/** What the user would choose in the system's dialogs. */
async function answerDialogs(path: string): Promise<void> {
  await opened.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, path);
}

test('a project is saved, asked about when it changed, and opened again with all its settings', async () => {
  opened = await launchApp();
  const { page } = opened;
  const file = join(mkdtempSync(join(tmpdir(), 'twintrain-project-')), 'own.twintrain');
  await answerDialogs(file);
  await template(page, 'LeNet');
  await page.getByRole('navigation').getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('.content:not([hidden])').getByLabel('Epochs').fill('7');
  await page.keyboard.press('Control+1');
  await expect(menu(page)).toContainText('Unsaved •');
  await page.keyboard.press('Control+s');
  await expect(menu(page)).toContainText('own.twintrain');
  await expect(menu(page)).not.toContainText('•');
  const saved = JSON.parse(readFileSync(file, 'utf8'));
  expect(saved).toMatchObject({ twintrain: 'project', version: 1, training: { epochs: 7 } });

  await rows(page).first().click();
  await page.keyboard.press('Delete');
  await expect(menu(page)).toContainText('•');
  await page.keyboard.press('Control+n');
  const question = page.getByRole('dialog', { name: 'Save the changes first?' });
  await question.getByRole('button', { name: 'Go back' }).click();
  await expect(rows(page)).toHaveCount(6);
  await page.keyboard.press('Control+n');
  await question.getByRole('button', { name: 'Discard changes' }).click();
  await expect(rows(page)).toHaveCount(0);
  await page.getByLabel('Recent projects').selectOption(file);
  await expect(rows(page)).toHaveCount(7);
  await page.keyboard.press('Control+2');
  await expect(page.locator('.content:not([hidden])').getByLabel('Epochs')).toHaveValue('7');
});

test('a crash loses nothing: what was built is there at the next start', async () => {
  opened = await launchApp();
  await template(opened.page, 'Residual block');
  await template(opened.page, 'MLP');
  await expect(rows(opened.page)).toHaveCount(4);
  await expect.poll(() => existsSync(join(opened.userData, 'draft.json'))).toBe(true);
  await expect
    .poll(() => readFileSync(join(opened.userData, 'draft.json'), 'utf8'))
    .toContain('dropout1');
  const { userData } = opened;
  opened.app.process().kill('SIGKILL');
  opened = await launchApp([], userData);
  await expect(rows(opened.page)).toHaveCount(4);
  await expect(menu(opened.page)).toContainText('Unsaved •');
});

test('the network is kept even while a field in Run is invalid', async () => {
  opened = await launchApp();
  const { page, userData } = opened;
  const draft = () => readFileSync(join(userData, 'draft.json'), 'utf8');
  await template(page, 'Article');
  await page.keyboard.press('Control+2');
  const form = page.locator('.content:not([hidden])');
  await form.getByLabel('Epochs').fill('44');
  await expect.poll(() => existsSync(join(userData, 'draft.json')) && draft()).toContain('44');
  await form.getByLabel('Batch').fill('');
  await page.keyboard.press('Control+1');
  await rows(page).first().click();
  await page.getByRole('region', { name: 'Selected layer' }).getByLabel('Units').fill('33');
  await expect.poll(draft).toContain('"units":33');
  // The invalid field has its last valid value, the others their current ones.
  expect(JSON.parse(draft())).toMatchObject({
    project: { training: { batchSize: 32, epochs: 44 } },
  });
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('alert')).toContainText('A whole number from 1 to 1,048,576.');
  await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();

  // The valid start of an invalid number is not kept.
  const units = page.getByRole('region', { name: 'Selected layer' }).getByLabel('Units');
  await units.blur();
  await units.focus();
  await units.pressSequentially('.5');
  await expect(page.getByText('33 is kept')).toBeVisible();
  await expect.poll(draft).toContain('"units":33');
});

test('New begins with the settings of a new project; an opened one keeps data that is missing', async () => {
  opened = await launchApp();
  const { page } = opened;
  const form = page.locator('.content:not([hidden])');
  await template(page, 'LeNet');
  await page.keyboard.press('Control+2');
  await form.getByLabel('Epochs').fill('33');
  await form.getByLabel('Seed').fill('99');
  await page.keyboard.press('Control+1');
  await page.keyboard.press('Control+n');
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await expect(rows(page)).toHaveCount(0);
  await page.keyboard.press('Control+2');
  await expect(form.getByLabel('Epochs')).toHaveValue('10');
  await expect(form.getByLabel('Seed')).toHaveValue('0');

  const file = join(mkdtempSync(join(tmpdir(), 'twintrain-gone-')), 'gone.twintrain');
  const project = {
    twintrain: 'project',
    version: 1,
    name: 'gone',
    architectures: [
      {
        style: 'sequential',
        inputShape: [2],
        layers: [{ id: 'out', kind: 'dense', units: 2, activation: 'softmax' }],
      },
    ],
    randomness: { regime: 'controlled', seed: '1' },
    data: { kind: 'csv', path: 'gone.csv', label: 'kind' },
  };
  writeFileSync(file, JSON.stringify(project));
  await answerDialogs(file);
  await page.keyboard.press('Control+o');
  await expect(page.getByRole('alert')).toContainText('gone.csv');
  await expect(form.getByRole('button', { name: 'Run', exact: true })).toBeDisabled();
  await form.getByLabel('Epochs').fill('3');
  await page.keyboard.press('Control+s');
  await expect.poll(() => JSON.parse(readFileSync(file, 'utf8')).training?.epochs).toBe(3);
  expect(JSON.parse(readFileSync(file, 'utf8')).data).toMatchObject({ kind: 'csv', label: 'kind' });
});

test('a double click on a project file opens it; a broken one is refused with a message', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-project-'));
  const file = join(folder, 'given.twintrain');
  const network = {
    style: 'sequential',
    inputShape: [4],
    layers: [{ id: 'only', kind: 'dense', units: 3, activation: 'softmax' }],
  };
  /** What the form does not show must come back as well. */
  const settings = {
    training: { schedule: { kind: 'exponentialDecay', decaySteps: 10, decayRate: 0.5 } },
    recording: { hashEverySteps: 7, snapshotEvery: { steps: 11 } },
    randomness: { regime: 'global', seed: '5', initialiserSeeds: 'explicit' },
    canvas: {},
  };
  writeFileSync(
    file,
    JSON.stringify({
      twintrain: 'project',
      version: 1,
      name: 'given',
      architectures: [network],
      ...settings,
      data: { kind: 'builtin', name: 'iris' },
    }),
  );
  opened = await launchApp([file]);
  const { page } = opened;
  await expect(rows(page)).toHaveCount(1);
  await expect(menu(page)).toContainText('given.twintrain');
  const copy = join(folder, 'copy.twintrain');
  await answerDialogs(copy);
  await page.keyboard.press('Control+Shift+s');
  await expect(menu(page)).toContainText('copy.twintrain');
  expect(JSON.parse(readFileSync(copy, 'utf8'))).toMatchObject(settings);
  const broken = join(folder, 'broken.twintrain');
  writeFileSync(broken, '{"twintrain":"project","version":2}');
  await answerDialogs(broken);
  await page.keyboard.press('Control+o');
  await expect(page.getByRole('alert')).toContainText('is not a usable project');
  await expect(rows(page)).toHaveCount(1);
});

test('source is copied to the clipboard and saved as a file', async () => {
  opened = await launchApp();
  const { page } = opened;
  const file = join(mkdtempSync(join(tmpdir(), 'twintrain-source-')), 'network.py');
  await answerDialogs(file);
  await template(page, 'Article');
  await page.getByRole('tab', { name: 'Source' }).click();
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const copied = await opened.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(copied).toContain('keras.Sequential');
  expect(copied).toContain('model.compile(optimizer=optimizer, loss="categorical_crossentropy"');
  await page.getByRole('button', { name: 'Save…' }).click();
  await expect.poll(() => existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe(copied);
  await page.getByRole('checkbox', { name: 'Training' }).uncheck();
  await expect(page.getByLabel('Source of the network')).not.toContainText('compile');
});

test('a stored Keras model is imported; what is not supported is named', async () => {
  opened = await launchApp();
  const { page } = opened;
  const folder = mkdtempSync(join(tmpdir(), 'twintrain-model-'));
  const layer = (className: string, config: object) => ({ class_name: className, config });
  const model = (layers: readonly object[]) => ({
    class_name: 'Sequential',
    config: { layers: [layer('InputLayer', { batch_shape: [null, 4] }), ...layers] },
  });
  const [good, bad] = ['good', 'bad'].map((name) => join(folder, `${name}.json`)) as [
    string,
    string,
  ];
  writeFileSync(good, JSON.stringify(model([layer('Dense', { name: 'only', units: 3 })])));
  writeFileSync(bad, JSON.stringify(model([layer('Lambda', { name: 'odd' })])));
  await answerDialogs(good);
  await page.getByRole('button', { name: 'Import…' }).click();
  await expect(rows(page)).toHaveCount(1);

  // The user is first asked about what would be left out; then the model is imported.
  const partly = join(folder, 'partly.json');
  const regularised = {
    name: 'own',
    units: 5,
    activity_regularizer: { class_name: 'L2', config: {} },
  };
  const layers = [layer('Dense', regularised), layer('Dense', { name: 'out', units: 3 })];
  writeFileSync(partly, JSON.stringify(model(layers)));
  await answerDialogs(partly);
  await page.getByRole('button', { name: 'Import…' }).click();
  const leftOut = page.getByRole('alertdialog', { name: 'Left out of the import' });
  await expect(leftOut).toContainText('own: activity_regularizer = L2');
  await leftOut.getByRole('button', { name: 'Cancel' }).click();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Import…' }).click();
  await leftOut.getByRole('button', { name: 'Import without these' }).click();
  await expect(rows(page)).toHaveCount(2);
  await expect(leftOut).toHaveCount(0);

  await answerDialogs(bad);
  await page.getByRole('button', { name: 'Import…' }).click();
  await expect(page.getByRole('alert')).toContainText('odd: the layer kind Lambda');
  await expect(rows(page)).toHaveCount(2);
});

test('closing the window with unsaved changes asks first', async () => {
  opened = await launchApp();
  const { app, page } = opened;
  await template(page, 'MLP');
  // Neither an untouched page nor an unchanged template may keep its window open.
  await rows(page).first().click();
  await page.keyboard.press('Delete');
  // Electron answers the page's wish to stay; Playwright must not.
  page.on('dialog', () => {});
  const asked = await app.evaluate(async ({ BrowserWindow, dialog }) => {
    const messages: string[] = [];
    const answer = (_window: unknown, { message }: { readonly message: string }) => {
      messages.push(message);
      return 1;
    };
    dialog.showMessageBoxSync = answer as unknown as typeof dialog.showMessageBoxSync;
    BrowserWindow.getAllWindows()[0]?.close();
    await new Promise((resolve) => setTimeout(resolve, 500));
    dialog.showMessageBoxSync = () => 0;
    return messages;
  });
  expect(asked).toEqual(['The network has unsaved changes.']);
  await expect(rows(page)).toHaveCount(3);
});
