import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Planted, type PlantedCase } from '../helpers/explain/planted';
import { tempFolder } from '../helpers/tempFolder';

/** `npm run explain-campaign -- 200` sets it. */
const CASES = Number(process.env['TWINTRAIN_CASES'] ?? 16);
const AT_ONCE = 2;

type Kind = (planted: Planted) => Promise<PlantedCase | null>;
const kinds: readonly Kind[] = [
  (own) => own.weight(),
  (own) => own.operation(),
  (own) => own.rows(),
  (own) => own.operation(),
  (own) => own.seeds(),
  (own) => own.operation(),
  (own) => own.epsilon(),
  (own) => own.environment('threads'),
  (own) => own.environment('oneDNN'),
  (own) => own.environment('graph'),
  (own) => own.environment('xla'),
];

/** Runs cases until so many had something to find. @returns those that were not named rightly */
async function campaign(
  what: string,
  wanted: number,
  make: (planted: Planted, number: number) => Promise<PlantedCase | null>,
): Promise<string[]> {
  const wrong: string[] = [];
  let [next, judged] = [0, 0];
  const work = async () => {
    while (judged < wanted) {
      const number = next++;
      const folder = join(tempFolder(), String(number));
      const planted = new Planted(folder, number);
      const found = await make(planted, number);
      rmSync(folder, { recursive: true, force: true });
      // A network without dropout has no seeds to plant another of.
      if (found === null) continue;
      judged++;
      const { name, problem, explanation } = found;
      const said =
        explanation === null
          ? 'none'
          : `step ${explanation.step}, ${explanation.operation.op} of ${explanation.operation.name}, ${explanation.operation.pass}`;
      const line = `${problem === null ? 'ok' : 'WRONG'} ${what} ${number}: ${name} -> ${said}${problem === null ? '' : ` (${problem})`}`;
      process.stdout.write(`${line}\n`);
      if (problem !== null) wrong.push(line);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong;
}

test(`${CASES} planted causes are all named rightly`, { timeout: 7_200_000 }, async () => {
  const wrong = await campaign('planted', CASES, (planted, number) =>
    (kinds[number % kinds.length] as Kind)(planted),
  );
  expect(wrong).toEqual([]);
});

test(
  `in ${Math.ceil(CASES / 4)} pairs of equal runs nothing is named`,
  { timeout: 7_200_000 },
  async () => {
    const wrong = await campaign('equal', Math.ceil(CASES / 4), (planted, number) =>
      planted.nothing((['eager', 'graph', 'xla'] as const)[number % 3] ?? 'eager'),
    );
    expect(wrong).toEqual([]);
  },
);
