/** The fixed places in a bundle; the files of a run are in `runs/<name>/`. */
export const bundleFiles = {
  /** First in the archive, so that a bundle is known by its first bytes. */
  index: 'bundle.json',
  /** sha256 of every other file, in the form that `sha256sum -c` reads, sorted. */
  manifest: 'manifest-sha256.txt',
  crate: 'ro-crate-metadata.json',
  page: 'index.html',
  verifierNode: 'verify.mjs',
  verifierPython: 'verify.py',
  /** Neither is listed in the manifest, which they sign. */
  signature: 'signature.dsse.json',
  publicKey: 'public-key.pem',
} as const;

/**
 * Letters, digits, dot, underscore, hyphen, in parts between slashes; no part begins with a dot.
 * Every file system accepts such a name unchanged, and it cannot lead out of its folder.
 */
export const BUNDLE_PATH =
  /^(?!.{201})(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
