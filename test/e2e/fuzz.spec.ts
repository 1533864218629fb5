import fc from 'fast-check';
import { expect, test } from '@playwright/test';
import { requestNames, type RequestName } from '../../shared/ipc/contract';
import { launchApp } from './launchApp';

const CASES = 10_000;
const AT_ONCE = 200;

/** Words that requests know, so that a case gets past the first key. */
const keys = fc.constantFrom(
  ...[
    'path',
    'project',
    'experiment',
    'folders',
    'folder',
    'data',
    'text',
    'suggestedName',
    'isSigned',
  ],
  ...[
    'architectures',
    'kind',
    '__proto__',
    'constructor',
    'seed',
    'epochs',
    'version',
    'twintrain',
  ],
);
const leaves = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '../../etc/passwd',
    '/etc/passwd',
    'x.zip',
    'a.twintrain.zip',
    '\0',
    'iris',
    'csv',
  ),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.uint8Array(),
);
const inputs = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(keys, tie('any'), { maxKeys: 5 }),
  ),
})).any;

test(`${CASES} requests with made-up arguments all get an answer, and the app keeps running`, async () => {
  const opened = await launchApp();
  const { app, page } = opened;
  // A dialog that nobody answers would hold everything up; each is cancelled, and counted.
  await app.evaluate(({ dialog, shell }) => {
    dialog.showOpenDialog = async () => ({ canceled: true, filePaths: [] });
    dialog.showSaveDialog = async () => ({ canceled: true, filePath: '' });
    shell.showItemInFolder = () => {
      throw new Error('shown');
    };
  });
  // What starts a training with an empty argument is fuzzed with non-empty ones by chance only.
  const names = Object.keys(requestNames) as RequestName[];
  const cases = fc.sample(fc.tuple(fc.constantFrom(...names), inputs), {
    numRuns: CASES,
    seed: 18,
  });
  const codes = new Map<string, number>();
  for (let at = 0; at < cases.length; at += AT_ONCE) {
    const replies = await page.evaluate(
      (text) => {
        const batch = JSON.parse(text, (_, value: { $?: string; bytes?: number[] }) => {
          if (value?.$ === 'bytes') return Uint8Array.from(value.bytes ?? []);
          if (value?.$ === 'undefined') return undefined;
          return value?.$ === undefined ? value : Number(value.$);
        }) as [never, unknown][];
        return Promise.all(
          batch.map(([name, input]) =>
            window.twintrain.request(name, input).then(
              (reply) => (reply.ok ? 'ok' : reply.error.code),
              // What cannot be cloned does not leave the page.
              (error: Error) =>
                /could not be cloned/.test(error.message) ? 'not sent' : `thrown ${error.message}`,
            ),
          ),
        );
      },
      asText(cases.slice(at, at + AT_ONCE)),
    );
    for (const code of replies) codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  expect([...codes.keys()].filter((code) => /^thrown|internal/.test(code))).toEqual([]);
  expect(codes.get('bad-arguments')).toBeGreaterThan(CASES / 2);
  expect(await page.evaluate(() => window.twintrain.request('appInfo', null))).toMatchObject({
    ok: true,
  });
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  await opened.close();
});

/** JSON plus what JSON lacks; Playwright's own form fails on `__proto__` and `constructor`. */
function asText(value: unknown): string {
  return JSON.stringify(value, (_, own: unknown) => {
    if (own === undefined) return { $: 'undefined' };
    if (own instanceof Uint8Array) return { $: 'bytes', bytes: [...own] };
    if (typeof own === 'number' && !Number.isFinite(own)) return { $: String(own) };
    return own;
  });
}
