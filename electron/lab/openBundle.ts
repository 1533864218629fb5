import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../shared/lib/appError';
import type { UnpackedBundle } from '../bundle/diffBundles';
import { exportBundle } from '../bundle/exportBundle';
import { badBundle, extractBundle } from '../bundle/extractBundle';
import { reportText } from '../bundle/verify/reportText';
import { verifiedNow } from '../bundle/verify/verifiedNow';
import { version } from '../version';
import { datasetsFolder, verifiers } from './paths';

/**
 * Packs runs as a bundle while `work` runs: what trains a bundle again also trains runs again.
 * @param folders of runs, or folders that hold runs
 * @throws {AppError} file-not-found, bad-run-folder, bad-data
 */
export async function withPackedRuns<T>(
  folders: readonly string[],
  signal: AbortSignal,
  work: (bundle: string) => Promise<T>,
): Promise<T> {
  const place = mkdtempSync(join(tmpdir(), 'twintrain-runs-'));
  try {
    const path = join(place, 'runs.twintrain.zip');
    const form = { data: 'embed', signer: null, datasetsFolder, version, verifiers } as const;
    await exportBundle({ folders, path, ...form, signal, onProgress: () => setImmediate() });
    return await work(path);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/**
 * Verifies bundles and unpacks them while `work` runs.
 * @throws {AppError} file-not-found, bad-bundle
 */
export async function withBundles<T>(
  paths: readonly string[],
  signal: AbortSignal,
  work: (bundles: readonly UnpackedBundle[]) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'twintrain-bundle-'));
  try {
    const bundles: UnpackedBundle[] = [];
    for (const [place, path] of paths.entries()) {
      if (!existsSync(path)) {
        throw new AppError('file-not-found', `There is no file ${path}.`, 'Check the path.');
      }
      const report = verifiedNow(path);
      if (!report.isBundle) throw badBundle(path, 'it is not a Twintrain bundle');
      if (report.findings.length > 0) {
        process.stderr.write(reportText(report));
        throw badBundle(path, `it has ${report.findings.length} findings`);
      }
      const folder = join(root, String(place));
      bundles.push({ folder, index: await extractBundle(path, report, folder, signal) });
    }
    return await work(bundles);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
