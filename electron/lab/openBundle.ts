import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import type { UnpackedBundle } from '../bundle/diffBundles';
import { badBundle, extractBundle } from '../bundle/extractBundle';
import { reportText } from '../bundle/verify/reportText';
import { verifiedNow } from '../bundle/verify/verifiedNow';

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
