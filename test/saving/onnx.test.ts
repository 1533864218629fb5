import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onnxBytes } from '../../electron/saving/onnxBytes';
import { transposed } from '../../shared/saving/transposed';
import { architectureSchema } from '../../shared/architecture/architecture';
import { farthestApart, savedCases } from '../helpers/savedCases';
import { answeredBySaving } from '../helpers/saving/savingPython';
import { tempFolder } from '../helpers/tempFolder';

const producer = { name: 'twintrain', version: '1' };

test('every layer kind and many networks are saved as ONNX, and onnxruntime outputs the same', async () => {
  const folder = tempFolder();
  const refused: string[] = [];
  const cases = savedCases(24).flatMap((own, at) => {
    const path = join(folder, `${at}.onnx`);
    try {
      writeFileSync(path, onnxBytes(own.architecture, own.weights, producer));
      return [{ ...own, path }];
    } catch (error) {
      refused.push((error as Error).message);
      return [];
    }
  });
  // Only what ONNX lacks: some activations inside of recurrent layers.
  expect(refused.filter((message) => !/^ONNX has no (LSTM|GRU) with/.test(message))).toEqual([]);
  const asked = cases.map(({ path, inputs }) => ({ path, inputs }));
  const loaded = JSON.parse(await answeredBySaving('run_onnx.py', JSON.stringify(asked))) as {
    outputs?: number[];
    error?: string;
  }[];
  for (const [at, { name, outputs }] of cases.entries()) {
    const own = loaded[at] ?? {};
    expect([name, own.error]).toEqual([name, undefined]);
    expect([name, farthestApart(outputs, own.outputs ?? []) < 1e-6]).toEqual([name, true]);
  }
});

test('a layer that ONNX lacks is refused by name', () => {
  const architecture = architectureSchema.parse({
    style: 'sequential',
    inputShape: [3, 2],
    layers: [{ id: 'odd', kind: 'lstm', units: 2, activation: 'swish' }],
  });
  const weight = (role: string, shape: number[]) => ({
    ...{ layer: 'odd', role, shape },
    values: new Float32Array(shape.reduce((product, own) => product * own, 1)),
  });
  const weights = [
    weight('kernel', [2, 8]),
    weight('recurrentKernel', [2, 8]),
    weight('bias', [8]),
  ];
  expect(() => onnxBytes(architecture, weights, producer)).toThrow(/swish.*"odd"/);
});

test('axes change places as in NumPy', () => {
  const values = Float32Array.from({ length: 24 }, (_, at) => at);
  const { shape, values: own } = transposed({ shape: [2, 3, 4], values }, [2, 0, 1]);
  expect(shape).toEqual([4, 2, 3]);
  expect([...own.slice(0, 7)]).toEqual([0, 4, 8, 12, 16, 20, 1]);
});
