import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Transport } from '../../shared/ipc/contract';
import { launchApp, root, type OpenedApp } from './launchApp';

declare global {
  interface Window {
    readonly twintrain: Transport;
  }
}

/**
 * Electron's security checklist, line by line, in the running app. Source: "Security" in Electron's
 * documentation, whose numbers these are. 19, fuses, is tested on the installed package.
 */
let opened: OpenedApp;
/** Every address that anything in the app requested since its window opened. */
const asked = async (): Promise<string[]> =>
  opened.app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);

test.beforeAll(async () => {
  opened = await launchApp();
  await opened.app.evaluate(({ session }) => {
    const urls: string[] = [];
    (globalThis as unknown as { asked: string[] }).asked = urls;
    session.defaultSession.webRequest.onBeforeRequest((details, go) => {
      urls.push(details.url);
      go({});
    });
  });
});
test.afterAll(async () => {
  await opened.close();
});

/** Web preferences that the window really has. */
const preferences = () =>
  opened.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences: () => Record<string, unknown>;
    };
    return contents.getLastWebPreferences();
  });

test('1: only secure content is loaded: all of it is the app’s own', async () => {
  const { page } = opened;
  for (const place of ['Run', 'Article', 'Runs', 'Bundles', 'Build']) {
    await page.getByRole('navigation').getByRole('button', { name: place, exact: true }).click();
  }
  await opened.app.evaluate(async ({ BrowserWindow }, url) => {
    const window = new BrowserWindow({ show: false });
    await window.loadURL(url);
    window.destroy();
  }, page.url());
  const urls = await asked();
  expect(urls.length).toBeGreaterThan(2);
  expect(urls.filter((url) => !/^(twintrain:\/\/app\/|devtools:|data:)/.test(url))).toEqual([]);
});

test('2: the page has no Node', async () => {
  const reach = await opened.page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', '__dirname'].filter((name) => name in globalThis),
  );
  expect(reach).toEqual([]);
  expect((await preferences())['nodeIntegration'] ?? false).toBe(false);
  expect((await preferences())['nodeIntegrationInSubFrames'] ?? false).toBe(false);
  expect((await preferences())['nodeIntegrationInWorker'] ?? false).toBe(false);
});

test('3: contexts are isolated', async () => {
  expect((await preferences())['contextIsolation']).toBe(true);
});

test('4: the renderer asks for the sandbox', async () => {
  // That the kernel grants it is tested on the installed package, as an ordinary user.
  expect((await preferences())['sandbox']).toBe(true);
});

test('5: permissions are refused, except writing to the clipboard', async () => {
  const answers = await opened.page.evaluate(async () => {
    const refusal = (work: Promise<unknown>) => work.then(() => 'granted', String);
    return {
      geolocation: await new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          ({ code }) => resolve(code === 1 ? 'denied' : 'denied otherwise'),
        ),
      ),
      notifications: await Notification.requestPermission(),
      microphone: await refusal(navigator.mediaDevices.getUserMedia({ audio: true })),
      clipboard: await refusal(navigator.clipboard.readText()),
      midi: (await navigator.permissions.query({ name: 'midi' as PermissionName })).state,
    };
  });
  expect(answers).toEqual({
    geolocation: 'denied',
    notifications: 'denied',
    microphone: expect.stringMatching(/^Not(Allowed|Found)Error/),
    clipboard: expect.stringMatching(/^NotAllowedError/),
    midi: 'denied',
  });
});

test('6, 8, 9, 10: web security on, no insecure content, no experiments', async () => {
  const own = await preferences();
  expect(own['webSecurity'] ?? true).toBe(true);
  expect(own['allowRunningInsecureContent'] ?? false).toBe(false);
  expect(own['experimentalFeatures'] ?? false).toBe(false);
  expect(own['enableBlinkFeatures'] ?? '').toBe('');
});

test('7: the policy allows the app’s own files alone, and is enforced', async () => {
  const policy = await opened.page
    .locator('meta[http-equiv="Content-Security-Policy"]')
    .getAttribute('content');
  const directives = Object.fromEntries(
    (policy ?? '').split(';').map((part) => {
      const [name = '', ...sources] = part.trim().split(/\s+/);
      return [name, sources.join(' ')];
    }),
  );
  expect(directives['default-src']).toBe("'none'");
  for (const sources of Object.values(directives)) expect(sources).toMatch(/^'(self|none)'$/);
  // By an element, since what a test evaluates itself is exempt from the page's policy.
  const outcome = await opened.page.evaluate(async () => {
    const broken: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      broken.push(effectiveDirective),
    );
    const script = document.createElement('script');
    script.textContent = 'document.title = "ran"';
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    const image = document.createElement('img');
    image.src = 'https://example.org/x.png';
    const frame = document.createElement('iframe');
    frame.src = 'https://example.org';
    document.body.append(script, style, image, frame);
    const fetched = await fetch('https://example.org').then(
      () => 'reached',
      () => 'refused',
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const part of [script, style, image, frame]) part.remove();
    return { title: document.title, fetched, broken: [...new Set(broken)].sort() };
  });
  expect(outcome.title).not.toBe('ran');
  expect(outcome.fetched).toBe('refused');
  expect(outcome.broken).toEqual([
    'connect-src',
    'frame-src',
    'img-src',
    'script-src-elem',
    'style-src-elem',
  ]);
});

test('11, 12: there is no webview', async () => {
  expect((await preferences())['webviewTag'] ?? false).toBe(false);
  const isAttached = await opened.page.evaluate(async () => {
    const view = document.createElement('webview');
    view.setAttribute('src', 'https://example.org');
    view.setAttribute('allowpopups', '');
    document.body.append(view);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const own = 'getWebContentsId' in view;
    view.remove();
    return own;
  });
  expect(isAttached).toBe(false);
});

test('13, 14: the page cannot leave, and opens no window', async () => {
  const { app, page } = opened;
  const url = page.url();
  for (const target of ['https://example.org', 'file:///etc/passwd', 'data:text/html,x']) {
    const isOpened = await page.evaluate((own) => window.open(own) !== null, target);
    expect(isOpened).toBe(false);
    await page.evaluate((own) => {
      window.location.href = own;
      const link = document.createElement('a');
      link.href = own;
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.remove();
    }, target);
  }
  await page.waitForTimeout(300);
  expect(page.url()).toBe(url);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('15: nothing is handed to other programs as an address', () => {
  const main = readFileSync(join(root, 'dist/electron/main.cjs'), 'utf8');
  expect(main).not.toContain('openExternal');
});

test('16: the required Electron is a current one', () => {
  // Where Electron's release host is out of reach an older one takes its place: see docs/decisions.md.
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [, major] = /^\^(\d+)\./.exec(devDependencies.electron) ?? [];
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'),
  );
  expect(Number(major)).toBeGreaterThanOrEqual(45);
  expect(version.split('.')[0]).toBe(major);
});

test('17: requests from any frame but the app’s page are refused', async () => {
  const preload = join(root, 'dist/electron/preload.cjs');
  const answers = await opened.app.evaluate(async ({ BrowserWindow }, own) => {
    const heard: unknown[] = [];
    for (const url of ['data:text/html,foreign', 'about:blank']) {
      const window = new BrowserWindow({ show: false, webPreferences: { preload: own } });
      await window.loadURL(url);
      heard.push(
        await window.webContents.executeJavaScript('window.twintrain.request("appInfo", null)'),
      );
      window.destroy();
    }
    return heard;
  }, preload);
  for (const answer of answers) {
    expect(answer).toMatchObject({ ok: false, error: { code: 'refused' } });
  }
  expect(answers).toHaveLength(2);
});

test('18: the page has a scheme of its own, which serves nothing outside its folder', async () => {
  expect(new URL(opened.page.url()).protocol).toBe('twintrain:');
  const answers = await opened.app.evaluate(async ({ BrowserWindow }) => {
    const tried: string[] = [];
    for (const url of [
      'twintrain://app/../electron/main.cjs',
      'twintrain://app/%2e%2e/electron/main.cjs',
      'twintrain://app/..%2felectron%2fmain.cjs',
      'twintrain://app/%2fetc%2fpasswd',
      'twintrain://app/..%5celectron%5cmain.cjs',
      'twintrain://app/index.html%00.js',
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

test('20: the page reaches nothing of Electron but the contract’s channel', async () => {
  const lent = await opened.page.evaluate(() => ({
    names: Object.keys(window.twintrain).sort(),
    electron: 'electron' in globalThis || 'ipcRenderer' in globalThis,
  }));
  expect(lent).toEqual({ names: ['pathOf', 'request', 'subscribe'], electron: false });
});
