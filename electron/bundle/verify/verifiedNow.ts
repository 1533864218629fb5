import type { Report } from '../../../shared/bundle/finding';
import { verifyBundle } from './verify';

/** A whole verification in one go, for processes that have nothing else to do. */
export function verifiedNow(path: string, trusted: string | null = null): Report {
  const steps = verifyBundle(path, trusted);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** 0 clean, 1 findings, 2 not a bundle. */
export function exitStatusOf({ isBundle, findings }: Report): number {
  return !isBundle ? 2 : findings.length > 0 ? 1 : 0;
}
