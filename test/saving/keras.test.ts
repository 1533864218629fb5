import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kerasFile } from '../../electron/saving/kerasFile';
import { layersOf } from '../../shared/architecture/architecture';
import { readModelFile } from '../../electron/source/readModelFile';
import { kerasNames } from '../../shared/source/kerasNames';
import { answered } from '../helpers/keras/realKeras';
import { farthestApart, savedCases } from '../helpers/savedCases';
import { tempFolder } from '../helpers/tempFolder';

const cases = savedCases(12);

interface Loaded {
  readonly outputs?: readonly number[];
  readonly class?: string;
  readonly error?: string;
}

test('every layer kind and many networks are saved as .keras, and real Keras outputs the same', async () => {
  const folder = tempFolder();
  const asked = [];
  for (const [at, { architecture, weights, inputs }] of cases.entries()) {
    const path = join(folder, `${at}.keras`);
    writeFileSync(path, await kerasFile(architecture, weights, new Date(0)));
    asked.push({ path, inputs });
  }
  const loaded = JSON.parse(await answered('load_models.py', JSON.stringify(asked))) as Loaded[];
  for (const [at, { name, outputs, architecture }] of cases.entries()) {
    const own = loaded[at] ?? {};
    expect([name, own.error]).toEqual([name, undefined]);
    expect([name, farthestApart(outputs, own.outputs ?? []) < 1e-6]).toEqual([name, true]);
    const kind = architecture.style === 'sequential' ? 'Sequential' : 'Functional';
    expect([name, own.class]).toEqual([name, kind]);
  }
});

test('every layer kind is imported again with its fields and weights', async () => {
  const folder = tempFolder();
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  for (const { name, architecture, weights } of cases) {
    const path = join(folder, 'again.keras');
    writeFileSync(path, await kerasFile(architecture, weights, new Date(0)));
    const { imported, weights: read } = await readModelFile(path);
    if ('unsupported' in imported) throw new Error(`${name}: ${imported.unsupported.join(' ')}`);
    expect([name, imported.leftOut]).toEqual([name, []]);
    const again = [...layersOf(imported.architecture)].sort(byId);
    const named = kerasNames(architecture);
    const stored = layersOf(architecture).map((own) => ({ ...own, id: named(own) }));
    expect([name, again]).toEqual([name, stored.sort(byId)]);
    const values = new Map(read.map((own) => [own.name, [...own.values]]));
    expect([name, values]).toEqual([
      name,
      new Map(weights.map(({ layer, role, values }) => [`${layer}/${role}`, [...values]])),
    ]);
  }
});

test('the same network is the same bytes, and is imported again with its weights', async () => {
  const folder = tempFolder();
  const [own] = cases;
  if (own === undefined) throw new Error('not reached');
  const { architecture, weights } = own;
  const bytes = await kerasFile(architecture, weights, new Date(0));
  expect(Buffer.from(await kerasFile(architecture, weights, new Date(0))).equals(bytes)).toBe(true);
  const path = join(folder, 'own.keras');
  writeFileSync(path, bytes);
  const { imported, weights: read } = await readModelFile(path);
  expect('architecture' in imported && imported.architecture).toEqual(architecture);
  expect(read.map(({ name, values }) => [name, [...values]])).toEqual(
    weights.map(({ layer, role, values }) => [`${layer}/${role}`, [...values]]),
  );
});
