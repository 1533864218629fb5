import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  envelopeOf,
  PAYLOAD_TYPE,
  preAuthEncoding,
  statementOf,
} from '../../../shared/bundle/dsse';
import type { SignatureReport } from '../../../shared/bundle/finding';
import { bundleFiles } from '../../../shared/bundle/paths';
import type { Findings } from './findings';
import { list, object, string, type Reader } from './read';

/** DER of an Ed25519 public key in SPKI, without the key's own 32 bytes (RFC 8410). */
const SPKI_PREFIX = '302a300506032b6570032100';
const NONE = { state: 'none', keyId: null } as const;

/**
 * Checks the signature over the manifest, if the bundle says that it has one.
 * @param trusted id of the key that it must be signed with; null takes any
 */
export function checkSignature(
  reader: Reader,
  signedBy: string | null,
  manifestSha256: string | null,
  trusted: string | null,
  findings: Findings,
): SignatureReport {
  const { signature, publicKey } = bundleFiles;
  const isSigned = [signature, publicKey].filter((path) => reader.has(path));
  if (signedBy === null) {
    for (const path of isSigned) findings.add('signature-unexpected', path);
    if (trusted !== null) findings.add('signature-untrusted', null, trusted, 'no signature');
    return NONE;
  }
  if (isSigned.length < 2) {
    findings.add('signature-missing', isSigned[0] === signature ? publicKey : signature, signedBy);
    return { state: 'invalid', keyId: signedBy };
  }
  const before = findings.count;
  const der = readKey(reader, findings);
  const envelope = reader.json(signature, readEnvelope);
  if (der !== null && envelope !== null) {
    const keyId = createHash('sha256').update(der).digest('hex');
    if (keyId !== signedBy || envelope.keyId !== signedBy) {
      findings.add(
        'signature-key',
        publicKey,
        signedBy,
        keyId === signedBy ? envelope.keyId : keyId,
      );
    }
    const payload = Buffer.from(envelope.payload, 'base64');
    // Base64 has more than one form of the same bytes; only one is ours.
    const sig = Buffer.from(envelope.signature, 'base64').toString('base64');
    if (envelopeOf(payload.toString('base64'), envelope.keyId, sig) !== reader.text(signature)) {
      findings.add('signature-malformed', signature, 'the envelope as it is written');
      return { state: 'invalid', keyId: signedBy };
    }
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    const signed = Buffer.from(preAuthEncoding(payload.toString('latin1')), 'latin1');
    if (!verify(null, signed, key, Buffer.from(envelope.signature, 'base64'))) {
      findings.add('signature-invalid', signature);
    } else if (payload.toString('latin1') !== statementOf(manifestSha256 ?? '')) {
      findings.add('signature-stale', signature, manifestSha256, payload.toString('latin1'));
    }
  }
  if (trusted !== null && trusted !== signedBy) {
    findings.add('signature-untrusted', null, trusted, signedBy);
  }
  return { state: findings.count === before ? 'valid' : 'invalid', keyId: signedBy };
}

function readKey(reader: Reader, findings: Findings): Buffer | null {
  const pem = reader.text(bundleFiles.publicKey);
  if (pem === null) return null;
  const der = Buffer.from(pem.split('\n')[1] ?? '', 'base64');
  const again = `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;
  const isKey = der.length === 44 && der.toString('hex').startsWith(SPKI_PREFIX);
  if (isKey && pem === again) return der;
  findings.add('signature-malformed', bundleFiles.publicKey, 'an Ed25519 key in PEM');
  return null;
}

function readEnvelope(value: unknown) {
  const { payloadType, payload, signatures } = object(value, 'the envelope');
  if (payloadType !== PAYLOAD_TYPE) string(null, 'payloadType');
  const [only] = list(signatures, 'signatures');
  const { keyid, sig } = object(only, 'signatures[0]');
  return {
    payload: string(payload, 'payload'),
    keyId: string(keyid, 'keyid'),
    signature: string(sig, 'sig'),
  };
}
