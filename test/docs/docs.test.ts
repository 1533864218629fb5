import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { usage } from '../../electron/lab/usage';
import { projectSchema } from '../../shared/training/projectFile';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = [
  'README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** The anchor that GitHub makes from a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
const anchorsIn = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

test.each(files)('%s: every link leads to a file, and to a heading in it', (file) => {
  const links = [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? join(root, file) : resolve(root, dirname(file), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsIn(readFileSync(target, 'utf8')).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test('every page is linked from README, or from a page that is', () => {
  const linked = files.map(textOf).join('\n');
  const lost = files.filter(
    (file) => file !== 'README.md' && !new RegExp(`\\((docs/)?${file.slice(5)}[)#]`).test(linked),
  );
  expect(lost).toEqual([]);
});

test.each(files)('%s: every command that it names exists', (file) => {
  const text = textOf(file);
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const run = [...text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name);
  expect(run.filter((name) => scripts[name] === undefined)).toEqual([]);
  const commands = [...text.matchAll(/(?:`lab |lab -- )([a-z]+)\b/g)].map(([, name = '']) => name);
  const own = [...usage.matchAll(/^ {2}lab ([a-z]+) /gm)].map(([, name]) => name);
  expect(own.length).toBeGreaterThan(5);
  expect(commands.filter((name) => !own.includes(name))).toEqual([]);
  const benches = [...text.matchAll(/bench -- ([a-z]+)/g)].map(([, name = '']) => name);
  const known = textOf('build/bench.mjs');
  expect(benches.filter((name) => !known.includes(name))).toEqual([]);
});

test('the project in the docs is valid', () => {
  const [, json = ''] = /```json\n([\s\S]+?)```/.exec(textOf('docs/project-file.md')) ?? [];
  expect(projectSchema.safeParse(JSON.parse(json)).error).toBeUndefined();
});

test('README is short, and every decision has a number, a why and a cost', () => {
  expect(Buffer.byteLength(textOf('README.md'))).toBeLessThan(8_000);
  const [, ...decisions] = textOf('docs/decisions.md').split(/^### /m);
  expect(decisions.length).toBeGreaterThan(30);
  for (const decision of decisions) {
    expect(decision).toMatch(/^[A-Z]\d+\. .+\n\n_Choice:_[\s\S]+_Trade-off:_/);
  }
  const numbers = decisions.map((decision) => decision.split('.')[0]);
  expect(new Set(numbers).size).toBe(numbers.length);
});
