import { bundleFiles } from '../../../shared/bundle/paths';
import { runFiles } from '../../store/runFolder';
import type { Findings } from './findings';
import type { Index } from './index';
import type { OpenedBundle } from './opened';

/** A snapshot serves going on, and the script names folders of the machine; neither is packed. */
const notPacked: ReadonlySet<string> = new Set([runFiles.snapshot, runFiles.script]);
const ofRun = [
  ...Object.values(runFiles).filter((own) => !notPacked.has(own)),
  'losses.csv',
  'epochs.csv',
];
const needed = [
  bundleFiles.index,
  bundleFiles.manifest,
  bundleFiles.crate,
  bundleFiles.page,
  bundleFiles.verifierNode,
  bundleFiles.verifierPython,
];

/** A bundle holds what its form names and nothing else: no room for a stranger's program. */
export function checkExpected(bundle: OpenedBundle, index: Index, findings: Findings): void {
  const allowed = new Set<string>([
    ...needed,
    ...(index.signedBy === null ? [] : [bundleFiles.signature, bundleFiles.publicKey]),
    ...index.runs.flatMap(({ name }) => ofRun.map((own) => `runs/${name}/${own}`)),
    ...index.data.flatMap(({ embedded }) =>
      embedded === null ? [] : [embedded.inputs, embedded.labels],
    ),
  ]);
  const isSource = (path: string) => /^source\/(sequential|subclass)(-\d+)?\.(ts|py)$/.test(path);
  for (const path of bundle.files.keys()) {
    if (!allowed.has(path) && !isSource(path)) findings.add('file-unexpected', path);
  }
  for (const path of needed) {
    if (!bundle.files.has(path)) findings.add('file-missing', path);
  }
}
