import type { Finding, FindingCode } from '../../../shared/bundle/finding';

/** Findings of one kind beyond this number are only counted, in a last finding. */
const MOST_OF_A_KIND = 20;

export class Findings {
  readonly #all: Finding[] = [];
  readonly #known = new Set<string>();
  readonly #counts = new Map<FindingCode, number>();

  add(
    code: FindingCode,
    path: string | null,
    expected: string | number | null = null,
    found: string | number | null = null,
  ): void {
    // Several checks report the same missing file.
    const key = JSON.stringify([code, path]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > MOST_OF_A_KIND) return;
    const text = (value: string | number | null) =>
      value === null ? null : String(value).slice(0, 200);
    this.#all.push({ code, path, expected: text(expected), found: text(found) });
  }

  get count(): number {
    return this.#all.length;
  }

  list(): readonly Finding[] {
    const more = [...this.#counts].filter(([, count]) => count > MOST_OF_A_KIND);
    return [
      ...this.#all,
      ...more.map(([code, count]) => ({
        code,
        path: null,
        expected: null,
        found: `${count - MOST_OF_A_KIND} more of these`,
      })),
    ];
  }
}
