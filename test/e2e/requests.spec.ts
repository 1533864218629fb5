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
  ['a folder outside', 'annotateRun', { folder: '/etc', change: { name: 'x' } }, 'refused'],
  ['two parts at once', 'annotateRun', { folder: '/', change: {} }, 'bad-arguments'],
  ['a folder outside', 'restoreRuns', { places: ['/etc'] }, 'refused'],
  ['a folder outside', 'projectOfRun', { folder: '/etc' }, 'refused'],
  ['a folder outside', 'experimentOfRun', { folder: '/etc/../tmp' }, 'refused'],
  ['a folder outside', 'openRunsAsBundle', { folders: ['/etc'] }, 'refused'],
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
