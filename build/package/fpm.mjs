#!/usr/bin/env node
// @ts-check
/**
 * Does what electron-builder asks of fpm (`-s dir -t deb`) with Debian's dpkg-deb: fpm itself is a Ruby
 * program that neither npm nor PyPI carries.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const args = process.argv.slice(2);
/** @type {Map<string, string[]>} */
const options = new Map();
/** @type {string[]} */
const paths = [];
const flags = new Set(['--force', '--verbose', '--debug']);
while (args.length > 0) {
  const own = args.shift() ?? '';
  if (!own.startsWith('-') || own === '-') paths.push(own);
  else if (flags.has(own)) continue;
  else {
    const [name = '', inline] = own.split(/=(.*)/s);
    options.set(name, [...(options.get(name) ?? []), inline ?? args.shift() ?? '']);
  }
}
const one = (/** @type {string[]} */ ...names) =>
  names.map((name) => options.get(name)?.at(-1)).find((own) => own !== undefined);
const root = mkdtempSync(join(tmpdir(), 'twintrain-deb-'));
chmodSync(root, 0o755);
try {
  for (const path of paths) {
    const [from = '', to = ''] = path.split('=');
    const base = one('-C', '--chdir') ?? '.';
    // `folder/=/opt/App` copies what the folder holds.
    const target = join(root, to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(from.startsWith('/') ? '' : base, from), target, {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  const control = join(root, 'DEBIAN');
  mkdirSync(control);
  for (const [option, name] of [
    ['--after-install', 'postinst'],
    ['--before-install', 'preinst'],
    ['--after-remove', 'postrm'],
    ['--before-remove', 'prerm'],
  ]) {
    const script = one(option ?? '');
    if (script === undefined || script === '') continue;
    writeFileSync(join(control, name ?? ''), readFileSync(script));
    chmodSync(join(control, name ?? ''), 0o755);
  }
  const depends = (options.get('-d') ?? []).concat(options.get('--depends') ?? []);
  const recommends = options.get('--deb-recommends') ?? [];
  const [summary = '', ...rest] = (one('--description') ?? '').split('\n');
  const fields = {
    Package: one('--name', '-n'),
    Version: one('--version', '-v'),
    Architecture: one('--architecture', '-a'),
    Maintainer: one('--maintainer', '-m'),
    'Installed-Size': String(Math.ceil(sizeOf(root) / 1024)),
    Depends: depends.join(', '),
    Recommends: recommends.join(', '),
    Section: one('--category') ?? 'default',
    Priority: one('--deb-priority') ?? 'optional',
    Homepage: /\.invalid\//.test(one('--url') ?? '') ? undefined : one('--url'),
    Description: [summary, ...rest.map((line) => ` ${line}`)].join('\n'),
  };
  const text = Object.entries(fields)
    .flatMap(([name, value]) => (value ? [`${name}: ${value}\n`] : []))
    .join('');
  writeFileSync(join(control, 'control'), text);
  const compression = one('--deb-compression') ?? 'xz';
  execFileSync(
    'dpkg-deb',
    ['--root-owner-group', `-Z${compression}`, '--build', root, one('--package', '-p') ?? ''],
    { stdio: 'inherit' },
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** @param {string} path @returns {number} bytes */
function sizeOf(path) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
