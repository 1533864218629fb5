import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import { envelopeOf, preAuthEncoding, statementOf } from '../../shared/bundle/dsse';
import { AppError } from '../../shared/lib/appError';

/** A signer with an Ed25519 key (RFC 8032). The same bytes always give the same signature. */
export interface Signer {
  /** sha256 of the public key's DER form (SPKI), lower-case hex. */
  readonly keyId: string;
  /** PEM, SPKI. */
  readonly publicKey: string;
  /** signature.dsse.json over a manifest's sha256. */
  readonly envelope: (manifestSha256: string) => string;
}

/** A new private key, PEM (PKCS#8). */
export function newPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;
}

/** @throws {AppError} bad-arguments for anything but an Ed25519 private key in PEM */
export function signerOf(pem: string): Signer {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is ${key.asymmetricKeyType}`);
    const publicKey = createPublicKey(key);
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const keyId = createHash('sha256').update(der).digest('hex');
    return {
      keyId,
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
      envelope: (manifestSha256) => {
        const payload = statementOf(manifestSha256);
        const signature = sign(null, Buffer.from(preAuthEncoding(payload)), key);
        return envelopeOf(
          Buffer.from(payload).toString('base64'),
          keyId,
          signature.toString('base64'),
        );
      },
    };
  } catch (error) {
    throw new AppError(
      'bad-arguments',
      `The key is not an Ed25519 private key in PEM: ${error instanceof Error ? error.message : String(error)}.`,
      'Make one with "openssl genpkey -algorithm ed25519".',
      error,
    );
  }
}
