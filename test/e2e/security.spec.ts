import { expect, test } from '@playwright/test';
import type { Reply, Transport } from '../../shared/ipc/contract';
import { launchApp, type OpenedApp } from './launchApp';

declare global {
  interface Window {
    readonly twintrain: Transport;
  }
}

let opened: OpenedApp;
test.beforeAll(async () => {
  opened = await launchApp();
});
test.afterAll(async () => {
  await opened.close();
});

test('the page has no Node, no Electron, and only the contract’s line', async () => {
  const { page } = opened;
  const reach = await page.evaluate(() => ({
    require: typeof (globalThis as Record<string, unknown>)['require'],
    process: typeof (globalThis as Record<string, unknown>)['process'],
    lent: Object.keys(window.twintrain).sort(),
  }));
  expect(reach).toEqual({
    require: 'undefined',
    process: 'undefined',
    lent: ['pathOf', 'request', 'subscribe'],
  });
});

test('the window is isolated and sandboxed', async () => {
  const preferences = await opened.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const contents = window?.webContents as unknown as {
      getLastWebPreferences: () => Record<string, unknown>;
    };
    const { contextIsolation, sandbox, nodeIntegration, webviewTag } =
      contents.getLastWebPreferences();
    return {
      contextIsolation,
      sandbox,
      nodeIntegration: nodeIntegration ?? false,
      webviewTag: webviewTag ?? false,
    };
  });
  expect(preferences).toEqual({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webviewTag: false,
  });
});

test('the page can neither leave, nor open windows, nor run foreign code', async () => {
  const { app, page } = opened;
  const url = page.url();
  await page.evaluate(() => {
    window.open('https://example.org');
    window.location.href = 'https://example.org';
  });
  // By an element, since what a test evaluates itself is exempt from the page's policy.
  const isBlocked = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "ran"';
    document.body.append(script);
    return document.title !== 'ran';
  });
  expect(isBlocked).toBe(true);
  expect(
    await page.evaluate(() =>
      fetch('https://example.org').then(
        () => 'reached',
        () => 'refused',
      ),
    ),
  ).toBe('refused');
  expect(page.url()).toBe(url);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('the page’s scheme serves nothing outside its folder', async () => {
  const answers = await opened.app.evaluate(async ({ BrowserWindow }) => {
    const tried: string[] = [];
    for (const url of [
      'twintrain://app/../electron/main.cjs',
      'twintrain://app/%2e%2e/electron/main.cjs',
      'twintrain://app/..%2felectron%2fmain.cjs',
      'twintrain://other/index.html',
    ]) {
      const window = new BrowserWindow({ show: false });
      const outcome = await window.loadURL(url).then(
        () => window.webContents.executeJavaScript('document.body.innerText.slice(0, 200)'),
        () => 'refused',
      );
      tried.push(String(outcome));
      window.destroy();
    }
    return tried;
  });
  for (const answer of answers) expect(answer).toMatch(/^(refused|Not found)$/);
});

const project = {
  twintrain: 'project',
  version: 1,
  name: 'x',
  architectures: [
    { style: 'sequential', inputShape: [4], layers: [{ id: 'a', kind: 'dense', units: 3 }] },
  ],
  randomness: { regime: 'controlled', seed: '0' },
  data: { kind: 'builtin', name: 'iris' },
} as const;
const secret = { kind: 'npy', path: '/etc/passwd', labels: '/etc/passwd' } as const;

for (const [what, name, input, code] of [
  [
    'an unknown file',
    'startArticle',
    { data: { kind: 'csv', path: '/etc/passwd', label: 'x' } },
    'refused',
  ],
  ['a wrong type', 'startArticle', { epochs: 'many' }, 'bad-arguments'],
  ['an unknown key', 'startArticle', { epochs: 1, extra: true }, 'bad-arguments'],
  ['NaN', 'startArticle', { epochs: NaN }, 'bad-arguments'],
  ['no argument', 'startArticle', undefined, 'bad-arguments'],
  ['a folder outside', 'showRunFolder', { folder: '/etc' }, 'refused'],
  ['a way out of the folder', 'showRunFolder', { folder: '../../etc' }, 'refused'],
  [
    'a folder outside',
    'exportBundle',
    { folders: ['/etc'], suggestedName: 'x.twintrain.zip', data: 'hash', isSigned: false },
    'refused',
  ],
  [
    'a path for a name',
    'exportBundle',
    { folders: ['/etc'], suggestedName: '../x.twintrain.zip', data: 'hash', isSigned: false },
    'bad-arguments',
  ],
  ['what is no bundle', 'openBundle', { path: '/etc/passwd' }, 'bad-arguments'],
  ['what is not there', 'openBundle', { path: '/etc/none.zip' }, 'file-not-found'],
  ['a replay of nothing', 'startReplay', null, 'refused'],
  ['an unknown file', 'startProject', { ...project, data: secret }, 'refused'],
  ['an unknown path', 'openProject', { path: '/etc/passwd' }, 'refused'],
  ['an unknown path', 'saveProject', { path: '/tmp/x.twintrain', project }, 'refused'],
  ['a path for a name', 'saveText', { suggestedName: '../x.py', text: '' }, 'bad-arguments'],
  [
    'another version',
    'keepDraft',
    { path: null, isChanged: true, project: { ...project, version: 2 } },
    'bad-arguments',
  ],
  ['a foreign input', 'appInfo', { a: 1 }, 'bad-arguments'],
] as const) {
  test(`${name} refuses ${what}`, async () => {
    const reply = await opened.page.evaluate(
      ([request, value]) => window.twintrain.request(request, value),
      [name, input] as const,
    );
    expect(reply).toMatchObject({ ok: false, error: { code } } satisfies
      Partial<Reply<unknown>> | object);
  });
}

test('a request outside the contract does not pass', async () => {
  const outcome = await opened.page.evaluate(() =>
    window.twintrain.request('toString' as never, null).then(
      () => 'passed',
      (error: Error) => error.message,
    ),
  );
  expect(outcome).toContain('No request "toString"');
});
