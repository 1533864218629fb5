import { bundleFiles } from '../../../shared/bundle/paths';
import { bundledRunFiles } from '../../../shared/runs/runFiles';
import type { Findings } from './findings';
import type { BundleIndex } from '../../../shared/bundle/bundleFile';
import type { OpenedBundle } from './opened';

const ofRun = [...bundledRunFiles.map(({ name }) => name), 'losses.csv', 'epochs.csv'];
const needed = [
  bundleFiles.index,
  bundleFiles.manifest,
  bundleFiles.crate,
  bundleFiles.page,
  bundleFiles.verifierNode,
  bundleFiles.verifierPython,
];

/** A bundle holds what its format names and nothing else, so no foreign program can be slipped in. */
export function checkExpected(bundle: OpenedBundle, index: BundleIndex, findings: Findings): void {
  const allowed = new Set<string>([
    ...needed,
    ...(index.signedBy === null ? [] : [bundleFiles.signature, bundleFiles.publicKey]),
    ...index.runs.flatMap(({ name }) => ofRun.map((own) => `runs/${name}/${own}`)),
    ...index.data.flatMap(({ embedded }) => (embedded === null ? [] : Object.values(embedded))),
  ]);
  const isSource = (path: string) =>
    /^source\/(sequential|functional|subclass)(-\d+)?\.(ts|py)$/.test(path);
  for (const path of bundle.files.keys()) {
    if (!allowed.has(path) && !isSource(path)) findings.add('file-unexpected', path);
  }
  for (const path of needed) {
    if (!bundle.files.has(path)) findings.add('file-missing', path);
  }
}
