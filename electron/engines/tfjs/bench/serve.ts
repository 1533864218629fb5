import { createInterface } from 'node:readline';
import type { Net } from './nets';
import type { Answer } from './runner';
import type { Subject } from './engines';
import { makeSubject } from './subjects';

/** The other side of a runner: trains on demand and says how long it took. */
export async function serve(subject: Subject, net: Net): Promise<void> {
  const startedAt = performance.now();
  const answer = (ms: number) => {
    const own: Answer = { ms, rssMiB: process.memoryUsage().rss / 2 ** 20 };
    process.stdout.write(`${JSON.stringify(own)}\n`);
  };
  const round = makeSubject(subject, net);
  await round(1);
  answer(performance.now() - startedAt);
  for await (const line of createInterface({ input: process.stdin })) {
    const before = performance.now();
    const steps = await round(Number(line));
    answer(((performance.now() - before) * Number(line)) / steps);
  }
}
