import { canonicalJson } from '../lib/canonicalJson';
import { bundleFiles } from './paths';

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const PREDICATE_TYPE = 'urn:x-twintrain:bundle:1';

/**
 * What is signed: this manifest, and with it every file of the bundle.
 * Source: in-toto Statement v1.
 */
export function statementOf(manifestSha256: string): string {
  return canonicalJson({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: bundleFiles.manifest, digest: { sha256: manifestSha256 } }],
    predicateType: PREDICATE_TYPE,
    predicate: { bundleId: manifestSha256 },
  });
}

/** The bytes that are signed, as text: all of it ASCII. Source: DSSE protocol 1.0.2, PAE. */
export function preAuthEncoding(payload: string): string {
  return `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} ${payload}`;
}

/** signature.dsse.json; payload and signature in base64. */
export function envelopeOf(payload: string, keyId: string, signature: string): string {
  const envelope = {
    payloadType: PAYLOAD_TYPE,
    payload,
    signatures: [{ keyid: keyId, sig: signature }],
  };
  return `${JSON.stringify(envelope, null, 2)}\n`;
}
