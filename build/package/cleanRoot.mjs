// @ts-check
import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot, makeOnce } from '../bootstrap/cache.mjs';
import { runToEnd, say } from '../bootstrap/process.mjs';

/** A display, and a tool to press keys in native dialogs; the rest must come with the package. */
const INCLUDED = [
  'xvfb',
  'xauth',
  'xdotool',
  'fonts-dejavu-core',
  'ca-certificates',
  'python3-minimal',
];

/**
 * A Debian 12 with nothing of a developer's machine in it, made once.
 * @returns {Promise<string>} its folder, not to be changed: copy it
 */
export async function cleanRoot() {
  const folder = join(cacheRoot(), 'debian-12-clean-1');
  return makeOnce(folder, async (work) => {
    say('making a clean Debian 12 (debootstrap, a minute)');
    const args = [
      '--variant=minbase',
      `--include=${INCLUDED.join(',')}`,
      'bookworm',
      work,
      mirror(),
    ];
    const { code, output } = await runToEnd('debootstrap', args, { quiet: true });
    if (code !== 0) throw new Error(`debootstrap ended with ${code}: ${output.slice(-800)}`);
    // The same package sources and proxies as the machine.
    for (const part of ['sources.list', 'sources.list.d', 'apt.conf.d']) {
      const from = join('/etc/apt', part);
      if (existsSync(from)) cpSync(from, join(work, 'etc/apt', part), { recursive: true });
    }
  });
}

/** The first mirror that the machine itself uses. */
function mirror() {
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync('/etc/apt/sources.list.d')
      ? readdirSync('/etc/apt/sources.list.d').map((name) => join('/etc/apt/sources.list.d', name))
      : []),
  ];
  for (const file of files.filter((own) => existsSync(own))) {
    const found = /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(https?:\/\/\S+)/m.exec(
      readFileSync(file, 'utf8'),
    );
    if (found?.[1] !== undefined) return found[1];
  }
  return 'http://deb.debian.org/debian';
}
