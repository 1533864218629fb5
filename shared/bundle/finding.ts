/** Everything that verification can find, and what it means. */
export const findingMeanings = {
  'archive-end': 'The archive does not end like one: it was cut short, or something was appended.',
  'archive-directory':
    'The list of files in the archive cannot be read, or is larger than Twintrain ever writes.',
  'archive-form':
    'A header of the archive does not match its files: it was packed again or changed.',
  'archive-order': 'The files are not in the order that the format requires.',
  'entry-compressed': 'A file is compressed; files of a bundle are stored as they are.',
  'entry-link': 'An entry is a link or something else that is not a file.',
  'path-unsafe': 'A name leads out of the folder, or is not one that every system accepts.',
  'path-duplicate': 'Two files have the same name, or names that some systems do not tell apart.',
  'file-too-large': 'A text file is larger than the limit.',
  'file-checksum': "A file's bytes do not have the checksum that the archive names.",
  'file-hash': "A file's bytes do not have the sha256 in the manifest.",
  'file-missing': 'A file is missing.',
  'file-unlisted': 'A file is not in the manifest.',
  'file-unexpected': 'A file does not belong in a bundle of this format.',
  'file-malformed': 'A file does not have the required form.',
  'format-unsupported': 'The bundle has a format that this verifier does not know.',
  'manifest-malformed': 'The manifest does not consist of sorted lines of sha256 and path.',
  'signature-missing': 'The bundle says that it is signed, but a part of the signature is missing.',
  'signature-unexpected': 'There is a signature, but the bundle says that it is not signed.',
  'signature-malformed': 'Signature or key are not in the required form.',
  'signature-key': 'The key is not the one that the bundle says it was signed with.',
  'signature-invalid': 'The signature was not made with the key.',
  'signature-stale':
    'The signature is genuine, but for another manifest: something was changed after signing.',
  'signature-untrusted': 'It is not signed by the required key.',
  'tensor-missing': 'A tensor is missing, or has no record.',
  'tensor-hash': 'A tensor does not have the shape or the sha256 that was recorded.',
  'order-length': 'The recorded row orders do not match the list of epochs.',
  'order-hash': "An epoch's order of rows does not have the sha256 that was recorded.",
  'dropout-length': 'The dropout seeds do not match the number of steps and dropout calls.',
  'steps-differ': 'The number of losses is not the number of steps.',
  'csv-differs': 'The table of losses does not match the recorded losses.',
  'data-hash': 'The rows are not those that the runs were trained on.',
  'data-differs': 'A run names different data than the bundle.',
  'evaluation-sums': 'The counts of an evaluation do not add up to its rows.',
  'verdict-differs': 'The verdict on two runs is not what their records say.',
  'crate-differs': 'The description of the files does not match the files.',
} as const;
export type FindingCode = keyof typeof findingMeanings;
export const findingCodes = Object.keys(findingMeanings) as readonly FindingCode[];

/** One thing that is wrong with a bundle. */
export interface Finding {
  readonly code: FindingCode;
  /** File, or file and tensor, line or byte; null for the whole bundle. */
  readonly path: string | null;
  readonly expected: string | null;
  readonly found: string | null;
}

export interface SignatureReport {
  readonly state: 'none' | 'valid' | 'invalid';
  /** sha256 of the public key (DER, SPKI): compare it with what the signer told you. */
  readonly keyId: string | null;
}

export interface Report {
  readonly bundle: string;
  /** False if it does not begin like a bundle; then nothing else was checked. */
  readonly isBundle: boolean;
  /** sha256 of the manifest; null where there is none. */
  readonly bundleId: string | null;
  readonly files: number;
  readonly runs: readonly string[];
  readonly signature: SignatureReport;
  readonly findings: readonly Finding[];
}
