import { spawn } from 'node:child_process';
import { AppError } from '../../../shared/lib/appError';
import type { KerasPython } from './environment';

export interface SavedModelMaker extends KerasPython {
  /** saved_model.py */
  readonly script: string;
}

/**
 * Lets Keras itself make a SavedModel of a `.keras` file, in its environment for TensorFlow.
 * @throws {AppError} stopped, internal with what Keras said
 */
export async function makeSavedModel(
  { executable, paths, script }: SavedModelMaker,
  [file, folder]: readonly [file: string, folder: string],
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(executable, ['-B', script, file, folder], {
    env: {
      ...process.env,
      ...(paths.length > 0 && { PYTHONPATH: paths.join(':') }),
      KERAS_BACKEND: 'tensorflow',
      PYTHONNOUSERSITE: '1',
      TF_CPP_MIN_LOG_LEVEL: '3',
      CUDA_VISIBLE_DEVICES: '',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const stop = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (signal.aborted) throw new AppError('stopped', 'Saving was stopped.', 'Save it again.');
    if (code === 0) return;
    const last = said.trim().split('\n').at(-1) ?? '';
    throw new AppError(
      'internal',
      `Keras could not make the SavedModel: ${last || 'it did not say why'}`,
      'Save it as .keras, which every Keras 3 loads.',
    );
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
