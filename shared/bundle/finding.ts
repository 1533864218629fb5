/** Everything that verification can find, and what it means. */
export const findingMeanings = {
  'archive-end':
    'The archive does not end as one: it was cut short, or something was added behind it.',
  'archive-directory':
    'The list of files in the archive cannot be read, or is larger than any of ours.',
  'archive-form':
    'A header of the archive is not what its files ask for: it was packed again or changed.',
  'archive-order': 'The files are not in the order that the form asks for.',
  'entry-compressed': 'A file is compressed; files of a bundle are stored as they are.',
  'entry-link': 'An entry is a link or something else that is no file.',
  'path-unsafe': 'A name leads out of the folder, or is not one that every system takes.',
  'path-duplicate': 'Two files have one name, or names that some systems do not tell apart.',
  'file-too-large': 'A text is larger than any that is read.',
  'file-checksum': "A file's bytes do not have the checksum that the archive names.",
  'file-hash': "A file's bytes do not have the sha256 in the manifest.",
  'file-missing': 'A file is missing.',
  'file-unlisted': 'A file is not in the manifest.',
  'file-unexpected': 'A file has no place in a bundle of this form.',
  'file-malformed': 'A file is not what its form asks for.',
  'format-unsupported': 'The bundle has a format that this verifier does not know.',
  'manifest-malformed': 'The manifest is not sorted lines of sha256 and path.',
  'signature-missing': 'The bundle says that it is signed, but a part of the signature is missing.',
  'signature-unexpected': 'There is a signature, but the bundle says that it is not signed.',
  'signature-malformed': 'Signature or key are not in the form that they are written in.',
  'signature-key': 'The key is not the one that the bundle says it was signed with.',
  'signature-invalid': 'The signature was not made with the key.',
  'signature-stale':
    'The signature is genuine, but for another manifest: something was changed after signing.',
  'signature-untrusted': 'It is not signed by the key that was asked for.',
  'tensor-missing': 'A tensor is missing, or has no record.',
  'tensor-hash': 'A tensor does not have the shape or the sha256 that was recorded.',
  'order-length': 'The rows of the orders do not fit the list of epochs.',
  'order-hash': "An epoch's order of rows does not have the sha256 that was recorded.",
  'dropout-length': 'The seeds of dropout do not fit the steps and its calls.',
  'steps-differ': 'The number of losses is not the number of steps.',
  'csv-differs': 'The table of losses does not say what the losses are.',
  'data-hash': 'The rows are not those that the runs were trained on.',
  'data-differs': 'A run names other data than the bundle does.',
  'verdict-differs': 'The verdict on two runs is not what their records say.',
  'crate-differs': 'The description of the files does not fit the files.',
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
