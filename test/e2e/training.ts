import { expect, type Page } from '@playwright/test';

export const view = (page: Page) => page.locator('.content:not([hidden])');
export const happened = (page: Page) => page.getByRole('status', { name: 'What happened' });

/** Trains the article's network in the window, by the interpreted graph. */
export async function beginTraining(page: Page, epochs: number): Promise<void> {
  await page.getByLabel('Start from a template').selectOption('Article');
  await page.getByRole('navigation').getByRole('button', { name: 'Run', exact: true }).click();
  await view(page).getByLabel('Epochs').fill(String(epochs));
  await view(page).getByLabel('Engine').selectOption('graph');
  await view(page).getByRole('button', { name: 'Run', exact: true }).click();
}

/** Ticks exactly these engines in the article's form, by the beginnings of their labels. */
export async function chooseEngines(page: Page, ...labels: readonly string[]): Promise<void> {
  const group = page.getByRole('group', { name: 'Engines' });
  for (const box of await group.getByRole('checkbox').all()) await box.uncheck();
  for (const label of labels) await group.getByLabel(label).check();
}

/** Resolves when more than `wanted` steps are trained. */
export async function stepsPass(page: Page, wanted: number): Promise<void> {
  const steps = view(page).getByLabel('Steps trained');
  await expect
    .poll(async () => Number(await steps.getAttribute('value')), { timeout: 60_000 })
    .toBeGreaterThan(wanted);
}
