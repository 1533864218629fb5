// @ts-check
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot, makeFolder, makeOnce } from './cache.mjs';
import { tensorflowWheel } from './pins.mjs';
import { hasCommand, runToEnd, say } from './process.mjs';
import { SetupError } from './setupError.mjs';
import { downloadWheel, unpackWheel } from './wheel.mjs';

/** @returns {string} folder that holds libtensorflow_cc.so.2, libtensorflow_framework.so.2, include/ */
export function tensorflowFolder() {
  return join(
    cacheRoot(),
    `tensorflow-${tensorflowWheel.version}-cpu-${tensorflowWheel.sha256.slice(0, 12)}`,
    'tensorflow',
  );
}

/**
 * Provides libtensorflow and tfjs-node's binding compiled against it, and puts the binding
 * where `@tensorflow/tfjs-node-gpu` looks for it.
 *
 * @param {string} root of the checkout, with npm packages installed
 * @returns {Promise<void>}
 */
export async function ensureTensorflow(root) {
  const libraries = tensorflowFolder();
  await makeOnce(join(libraries, '..'), async (work) => {
    const wheel = await downloadWheel(tensorflowWheel, work);
    say('unpacking TensorFlow');
    await unpackWheel(
      wheel,
      [
        'tensorflow/libtensorflow_',
        'tensorflow/include/',
        'tensorflow/THIRD_PARTY_NOTICES',
        'tensorflow_cpu-',
      ],
      work,
    );
    rmSync(wheel);
  });

  const tfjsNode = join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
  const binding = await compiledBinding(root, tfjsNode, libraries);
  const place = join(tfjsNode, 'lib/napi-v8/tfjs_binding.node');
  if (existsSync(place) && readFileSync(place).equals(readFileSync(binding))) return;
  await makeFolder(join(place, '..'));
  const part = `${place}.part-${process.pid}`;
  copyFileSync(binding, part);
  renameSync(part, place);
}

/**
 * The binding for a package: it lies beside the libraries, wherever those are put.
 * @param {string} root @returns {Promise<string>} its path
 */
export async function packageBinding(root) {
  const tfjsNode = join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
  return compiledBinding(root, tfjsNode, tensorflowFolder(), '$ORIGIN');
}

/**
 * The unmodified binding sources of the npm package, compiled for Node-API 8: one file serves
 * Node and Electron. The run path is absolute because `npm ci` empties node_modules while the
 * libraries stay in the cache.
 *
 * @param {string} root @param {string} tfjsNode @param {string} libraries
 * @param {string} runPath where the binding looks for the libraries
 * @returns {Promise<string>} path of the compiled binding in the cache
 */
async function compiledBinding(root, tfjsNode, libraries, runPath = libraries) {
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) =>
    join(tfjsNode, 'binding', name),
  );
  const headers = join(root, 'node_modules/node-api-headers/include');
  const flags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'];
  const key = createHash('sha256').update(
    JSON.stringify([flags, libraries, ...(runPath === libraries ? [] : [runPath])]),
  );
  for (const source of sources) key.update(readFileSync(source));
  const folder = join(cacheRoot(), `tfjs-binding-${key.digest('hex').slice(0, 16)}`);
  await makeOnce(folder, async (work) => {
    if (!hasCommand('g++')) {
      throw new SetupError(
        'There is no C++ compiler (g++) to build the TensorFlow binding with.',
        'install one (Debian: apt-get install -y g++), then run the command again.',
      );
    }
    say('compiling the TensorFlow binding (about 10 s)');
    const { code, output } = await runToEnd(
      'g++',
      [
        ...flags,
        ...[headers, join(libraries, 'include')].flatMap((include) => ['-I', include]),
        ...sources,
        ...['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name) =>
          join(libraries, name),
        ),
        `-Wl,-rpath,${runPath}`,
        ...['-o', join(work, 'tfjs_binding.node')],
      ],
      { quiet: true },
    );
    if (code !== 0) {
      throw new SetupError(
        `g++ could not compile the TensorFlow binding:\n${output.slice(-2000)}`,
        'g++ 9 or newer is needed (C++17); see the compiler messages above.',
      );
    }
  });
  return join(folder, 'tfjs_binding.node');
}
