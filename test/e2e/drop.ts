import type { CDPSession, Page } from '@playwright/test';

export type DragEventType = 'dragEnter' | 'dragOver' | 'drop';

/** Drags files from the disk over the page, as the system does. */
export async function drag(
  page: Page,
  paths: readonly string[],
  types: readonly DragEventType[],
): Promise<void> {
  const client: CDPSession = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of types) {
    await client.send('Input.dispatchDragEvent', { type, x: 500, y: 300, data });
  }
}

export function drop(page: Page, paths: readonly string[]): Promise<void> {
  return drag(page, paths, ['dragEnter', 'dragOver', 'drop']);
}
