import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';
import { AppError } from '../../shared/lib/appError';
import { newPrivateKey, signerOf } from '../bundle/signer';
import { writeWhole } from '../files/writeFile';

const storedSchema = z.strictObject({
  twintrain: z.literal('signing-key'),
  version: z.literal(1),
  /** The private key in PEM, encrypted by the system's keychain, base64. */
  encrypted: z.string(),
});

/** The key that bundles are signed with: made here, kept encrypted by the system's keychain. */
export class SigningKey {
  readonly #file: string;

  constructor(userData: string) {
    this.#file = join(userData, 'signing-key.json');
  }

  /** Whether this system keeps keys, and the id of ours once there is one. */
  state(): { readonly isAvailable: boolean; readonly keyId: string | null } {
    const isAvailable = safeStorage.isEncryptionAvailable();
    const keyId = isAvailable && existsSync(this.#file) ? signerOf(this.#read()).keyId : null;
    return { isAvailable, keyId };
  }

  /** The private key in PEM, made at its first use. @throws {AppError} refused, internal, disk-full */
  privateKey(): string {
    if (!safeStorage.isEncryptionAvailable()) {
      throw new AppError(
        'refused',
        'This system has no keychain to keep the key in.',
        'Unlock or install one (on Linux: gnome-keyring or KWallet), or export without a signature.',
      );
    }
    if (existsSync(this.#file)) return this.#read();
    const key = newPrivateKey();
    const encrypted = safeStorage.encryptString(key).toString('base64');
    writeWhole(
      this.#file,
      `${JSON.stringify({ twintrain: 'signing-key', version: 1, encrypted })}\n`,
    );
    return key;
  }

  #read(): string {
    try {
      const { encrypted } = storedSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
      return safeStorage.decryptString(Buffer.from(encrypted, 'base64'));
    } catch (error) {
      throw new AppError(
        'refused',
        `The signing key in ${this.#file} can no longer be read.`,
        'Move that file away; the next signature makes a new key, whose id others then have to know.',
        error,
      );
    }
  }
}
