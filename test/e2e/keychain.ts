import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Keychain {
  /** What a program needs in its environment to find it. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/**
 * The keychain of a desktop without the desktop: GNOME's, unlocked, on a session bus and with a
 * home of its own.
 */
export async function startKeychain(): Promise<Keychain> {
  const home = mkdtempSync(join(tmpdir(), 'twintrain-keychain-'));
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const address = await firstLine(bus.stdout);
  const env = { DBUS_SESSION_BUS_ADDRESS: address, XDG_DATA_HOME: home };
  const keyring = spawn(
    'gnome-keyring-daemon',
    ['--foreground', '--unlock', '--components=secrets', '--control-directory', home],
    { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  keyring.stdin.end('a password\n');
  await firstLine(keyring.stdout);
  return {
    env,
    close: () => {
      keyring.kill();
      bus.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.split('\n')[0] as string);
    });
    stream.on('end', () => reject(new Error('it ended without a word')));
  });
}
