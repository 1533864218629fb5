// @ts-check
import { readFileSync, readdirSync } from 'node:fs';

/**
 * A process and all its descendants, with Chromium's type of each: the first is 'main'.
 * @param {number} root its pid @returns {{ pid: number, type: string, words: string }[]}
 */
export function processFamily(root) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The name of a program, in brackets, may hold anything.
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]);
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent, words }];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
  /** @param {number} pid @returns {number[]} */
  const below = (pid) => [
    pid,
    ...all.filter(({ parent }) => parent === pid).flatMap((child) => below(child.pid)),
  ];
  const own = new Set(below(root));
  return all
    .filter(({ pid }) => own.has(pid))
    .map(({ pid, words }) => ({ pid, type: /--type=(\S+)/.exec(words)?.[1] ?? 'main', words }));
}
