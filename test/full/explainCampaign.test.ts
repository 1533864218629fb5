import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineId } from '../../shared/engines/engineCatalog';
import { backendOf } from '../../shared/engines/environment';
import { Planted, type PlantedCase, type PlantedKeras } from '../helpers/explain/planted';
import { pinnedKeras } from '../helpers/keras/pinnedKeras';
import { tempFolder } from '../helpers/tempFolder';

/** `npm run explain-campaign -- 200` sets it. */
const CASES = Number(process.env['TWINTRAIN_CASES'] ?? 16);
const AT_ONCE = 2;
const engine = (process.env['TWINTRAIN_CASES_ENGINE'] ?? 'tfjs') as EngineId;

interface Kind {
  readonly make: (planted: Planted) => Promise<PlantedCase | null>;
  readonly isLarge?: true;
  /** What only TensorFlow.js has. */
  readonly isTfjs?: true;
}
const all: readonly Kind[] = [
  { make: (own) => own.weight() },
  { make: (own) => own.operation() },
  { make: (own) => own.rows() },
  { make: (own) => own.operation() },
  { make: (own) => own.seeds() },
  { make: (own) => own.operation() },
  { make: (own) => own.epsilon() },
  { make: (own) => own.environment('threads'), isLarge: true },
  { make: (own) => own.environment('oneDNN'), isLarge: true, isTfjs: true },
  { make: (own) => own.environment('graph'), isLarge: true, isTfjs: true },
  { make: (own) => own.environment('xla'), isLarge: true, isTfjs: true },
];
const kinds = all.filter(({ isTfjs }) => engine === 'tfjs' || isTfjs !== true);

async function keras(): Promise<PlantedKeras | null> {
  if (engine === 'tfjs') return null;
  const backend = backendOf(engine);
  return { backend, executable: await pinnedKeras(backend) };
}

/** Runs cases until so many had something to find. @returns those that were not named rightly */
async function campaign(
  what: string,
  wanted: number,
  kindOf: (number: number) => Kind,
): Promise<string[]> {
  const wrong: string[] = [];
  const own = await keras();
  let [next, judged] = [0, 0];
  const work = async () => {
    while (judged < wanted) {
      const number = next++;
      const folder = join(tempFolder(), String(number));
      const { make, isLarge = false } = kindOf(number);
      const found = await make(new Planted(folder, number, isLarge, own));
      rmSync(folder, { recursive: true, force: true });
      // Without an effect there is nothing to find, as in a network without dropout.
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
  const wrong = await campaign('planted', CASES, (number) => kinds[number % kinds.length] as Kind);
  expect(wrong).toEqual([]);
});

test(
  `in ${Math.ceil(CASES / 4)} pairs of equal runs nothing is named`,
  { timeout: 7_200_000 },
  async () => {
    const wrong = await campaign('equal', Math.ceil(CASES / 4), (number) => ({
      make: (own) => own.nothing((['eager', 'graph', 'xla'] as const)[number % 3] ?? 'eager'),
    }));
    expect(wrong).toEqual([]);
  },
);
