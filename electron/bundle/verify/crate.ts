import { bundleFiles } from '../../../shared/bundle/paths';
import type { Findings } from './findings';
import type { OpenedBundle } from './opened';
import { list, object, type Reader } from './read';

/** Not described in the crate: the crate itself, and what is made after it. */
const outside: ReadonlySet<string> = new Set([
  bundleFiles.crate,
  bundleFiles.manifest,
  bundleFiles.signature,
  bundleFiles.publicKey,
]);

/** Checks that ro-crate-metadata.json describes each file, with its size, and nothing else. */
export function checkCrate(bundle: OpenedBundle, reader: Reader, findings: Findings): void {
  const sizes = reader.json(bundleFiles.crate, (value) => {
    const graph = list(object(value, 'the crate')['@graph'], '@graph');
    return new Map(
      graph.flatMap((own) => {
        const { '@type': type, '@id': id, contentSize } = object(own, 'an entity');
        // One without a name describes nothing: what it should describe is then missed.
        const isNamed = type === 'File' && typeof id === 'string';
        return isNamed ? [[id, String(contentSize)] as const] : [];
      }),
    );
  });
  if (sizes === null) return;
  for (const [path, file] of bundle.files) {
    if (outside.has(path)) continue;
    const size = sizes.get(path);
    sizes.delete(path);
    if (size !== String(file.size)) {
      findings.add('crate-differs', `${bundleFiles.crate} ${path}`, file.size, size ?? 'no file');
    }
  }
  for (const path of sizes.keys()) {
    findings.add('crate-differs', `${bundleFiles.crate} ${path}`, 'a file', 'none');
  }
}
