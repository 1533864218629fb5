import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readManifest, readRun } from '../../electron/runs/readRun';
import { decodeSafetensors, encodeSafetensors } from '../../shared/runs/safetensors';
import type { Start } from '../../shared/runs/start';
import { lab } from '../helpers/lab';
import { projectFile } from '../helpers/projectFile';
import { tempFolder } from '../helpers/tempFolder';

const network = (names: readonly string[], units = 6) => ({
  style: 'sequential',
  inputShape: [4],
  layers: [
    { id: names[0], kind: 'dense', units, activation: 'tanh' },
    { id: 'drop', kind: 'dropout', rate: 0.2 },
    { id: names[1], kind: 'dense', units, activation: 'tanh' },
    { id: names[2], kind: 'dense', units: 3, activation: 'softmax' },
  ],
});
const own = ['first', 'second', 'output'];

interface Made {
  readonly file: string;
  readonly start: Start;
  readonly matches: readonly { readonly layer: string; readonly from: string | null }[];
  readonly unused: readonly string[];
}

async function start(project: string, from: string, ...more: string[]): Promise<Made> {
  const { code, stdout, stderr } = await lab(['start', from, '--into', project, ...more, '--json']);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Made;
}

async function run(project: string, out: string): Promise<string> {
  const { code, stderr } = await lab(['run', project, '--out', out]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return join(out, 'own/sequential');
}

const weightsIn = (path: string) =>
  Object.fromEntries(
    decodeSafetensors(new Uint8Array(readFileSync(path))).map(({ name, values }) => [
      name,
      [...values],
    ]),
  );

test.each(['controlled', 'global'] as const)(
  'a training that goes on with everything is the one that never stopped, and what is not restored is named: %s',
  async (regime) => {
    const folder = tempFolder();
    const training = { epochs: 6, batchSize: 16, optimiser: { kind: 'adam', learningRate: 0.01 } };
    const settings = {
      architectures: [network(own)],
      training,
      randomness: { regime, seed: '7' },
      recording: { hashEverySteps: 1 },
    };
    const whole = await run(projectFile(folder, settings), join(folder, 'whole'));
    // 10 steps an epoch.
    const half = { ...settings, training: { ...training, epochs: 3 } };
    const goneOn = async (name: string, ...more: string[]) => {
      const project = projectFile(folder, half, `${name}.twintrain`);
      const made = await start(project, whole, '--step', '30', ...more);
      return { made, folder: await run(project, join(folder, name)) };
    };
    const all = await goneOn('all', '--optimiser', '--random');
    expect(all.made.start).toMatchObject({
      which: 'step',
      step: 30,
      optimiser: true,
      random: true,
    });
    const [first, second] = [readRun(whole), readRun(all.folder)];
    expect([...second.losses]).toEqual([...first.losses.slice(30)]);
    const last = 'final-weights.safetensors';
    expect(weightsIn(join(all.folder, last))).toEqual(weightsIn(join(whole, last)));

    const weightsOnly = await goneOn('weights');
    const withoutRandom = await goneOn('optimiser', '--optimiser');
    const initial = 'initial-weights.safetensors';
    expect(weightsIn(join(weightsOnly.folder, initial))).toEqual(
      weightsIn(join(all.folder, initial)),
    );
    for (const [other, setting] of [
      [weightsOnly.folder, 'optimiser state'],
      [withoutRandom.folder, 'random state'],
    ] as const) {
      const { stdout } = await lab(['compare', all.folder, other, '--json']);
      const compared = JSON.parse(stdout) as {
        verdict: string;
        firstDifference: { kind: string; setting: string; values: string[] };
      };
      expect(compared.verdict).toBe('different');
      expect(compared.firstDifference).toMatchObject({
        kind: 'setting',
        setting,
        values: ['"restored"', '"not restored"'],
      });
    }
    // Both verifiers come to the same verdict.
    const bundle = join(folder, 'both.zip');
    const exported = await lab(['export', all.folder, weightsOnly.folder, '-o', bundle]);
    expect([exported.code, exported.code === 0 ? '' : exported.stderr]).toEqual([0, '']);
    expect((await lab(['verify', bundle])).code).toBe(0);
  },
);

test('weights of other names are matched by order and shape, shown, and can be matched otherwise', async () => {
  const folder = tempFolder();
  const training = { epochs: 1, callbacks: { keepBest: { monitor: { rows: 'training' } } } };
  const source = await run(
    projectFile(folder, { architectures: [network(['a', 'b', 'c'])], training }),
    join(folder, 'source'),
  );
  const theirs = weightsIn(join(source, 'final-weights.safetensors'));
  const project = projectFile(folder, { architectures: [network(own)] }, 'other.twintrain');
  const made = await start(project, source);
  expect(made.matches).toEqual([
    { layer: 'first', from: 'a' },
    { layer: 'second', from: 'b' },
    { layer: 'output', from: 'c' },
  ]);
  const trained = await run(project, join(folder, 'other'));
  expect(weightsIn(join(trained, 'initial-weights.safetensors'))['second/kernel']).toEqual(
    theirs['b/kernel'],
  );
  expect(readManifest(trained).initialWeights?.start).toEqual(made.start);

  // A layer is drawn, as it would be without the file, and best weights are others.
  const drawn = await start(project, source, '--which', 'best', '--layer', 'output=');
  expect([drawn.start.drawn, drawn.unused]).toEqual([['output'], ['c']]);
  const again = await run(project, join(folder, 'drawn'));
  const plain = await run(
    projectFile(folder, { architectures: [network(own)] }, 'plain.twintrain'),
    join(folder, 'plain'),
  );
  const at = (place: string) => weightsIn(join(place, 'initial-weights.safetensors'));
  expect(at(again)['output/kernel']).toEqual(at(plain)['output/kernel']);
  expect(at(again)['first/kernel']).toEqual(
    weightsIn(join(source, 'best-weights.safetensors'))['a/kernel'],
  );

  // A file of another library, a stored model, and a bundle.
  const file = join(folder, 'theirs.safetensors');
  const tensors = Object.entries(theirs).map(([name, values]) => ({
    name: name.replace('/', '.weights/'),
    shape: name.endsWith('kernel')
      ? [values.length / (name[0] === 'c' ? 3 : 6), name[0] === 'c' ? 3 : 6]
      : [values.length],
    values: Float32Array.from(values),
  }));
  writeFileSync(file, encodeSafetensors(tensors));
  expect((await start(project, file)).matches[1]).toEqual({ layer: 'second', from: 'b.weights' });
  expect((await lab(['save', source, '-o', join(folder, 'net.keras')])).code).toBe(0);
  const stored = await start(project, join(folder, 'net.keras'));
  expect([stored.matches[2], stored.start.which]).toEqual([{ layer: 'output', from: 'c' }, 'file']);
  const bundle = join(folder, 'bundle.zip');
  expect((await lab(['export', source, '-o', bundle])).code).toBe(0);
  expect((await start(project, bundle, '--which', 'initial')).start.which).toBe('initial');
});

test('what cannot be restored is refused, naming why', async () => {
  const folder = tempFolder();
  const source = await run(
    projectFile(folder, { architectures: [network(own)], training: { epochs: 1 } }),
    join(folder, 'source'),
  );
  const refused = async (settings: object, from: string, ...more: string[]) => {
    const project = projectFile(
      folder,
      { architectures: [network(own)], ...settings },
      'p.twintrain',
    );
    const before = readFileSync(project, 'utf8');
    const { code, stderr } = await lab(['start', from, '--into', project, ...more]);
    // The project stays as it was.
    expect([code, readFileSync(project, 'utf8')]).toEqual([2, before]);
    return stderr;
  };
  expect(await refused({}, source, '--optimiser')).toContain('after a step');
  const other = { training: { optimiser: { kind: 'sgd' } } };
  expect(await refused(other, source, '--step', '2', '--optimiser')).toContain('trains with sgd');
  expect(await refused({}, source, '--step', '999')).toContain('there is no step 999');
  expect(await refused({}, source, '--layer', 'first=second')).toContain('shapes');
  expect(await refused({}, source, '--layer', 'none=second')).toContain('no layer "none"');
  const wide = { architectures: [network(['x', 'y', 'z'], 50)] };
  expect(await refused(wide, source, '--layer', 'z=')).toContain('None of the layers fits');
  // A file that is there and is not the project's.
  const theirs = join(folder, 'p.weights.safetensors');
  writeFileSync(theirs, 'kept');
  expect(await refused({}, source)).toContain('is there already');
  expect(readFileSync(theirs, 'utf8')).toBe('kept');
  rmSync(theirs);
  const bad = join(folder, 'bad.safetensors');
  copyFileSync(join(source, 'run.json'), bad);
  expect(await refused({}, bad)).toContain('cannot be read');
});
