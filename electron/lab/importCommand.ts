import { basename, dirname, join } from 'node:path';
import { AppError } from '../../shared/lib/appError';
import { encodeSafetensors } from '../../shared/runs/safetensors';
import { importedProject } from '../../shared/source/import/importedProject';
import { trainingWarnings } from '../../shared/training/trainingWarnings';
import { refuseOverwriting } from '../files/refuseOverwriting';
import { readModelFile } from '../source/readModelFile';
import { writeProject } from '../files/projectFile';
import { writeWhole } from '../files/writeFile';
import { makeFolder } from '../files/writeFolder';
import { parse } from './arguments';
import { badArguments } from './badArguments';

/** `lab import MODEL -o P.twintrain`: a model of Keras or TensorFlow.js as a project. @returns the exit status */
export async function importCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    out: { type: 'string', short: 'o' },
  });
  const [model, ...rest] = positionals;
  if (model === undefined || rest.length > 0) throw badArguments('import takes one model file.');
  const { out } = values;
  if (out === undefined) throw badArguments('import needs -o with the name of the project.');
  refuseOverwriting(out, [model], true);
  const { imported, weights } = await readModelFile(model);
  if ('unsupported' in imported) {
    if (values.json) {
      process.stdout.write(`${JSON.stringify({ model, unsupported: imported.unsupported })}\n`);
    }
    throw new AppError(
      'bad-project',
      `${model} cannot be imported. Not supported:\n${imported.unsupported.map((own) => `    ${own}`).join('\n')}`,
      'Take these out of the model, or replace them with layers that Twintrain has.',
    );
  }
  const { architecture, leftOut } = imported;
  const name = basename(out).replace(/\.[^.]*$/, '') || 'imported';
  const weightsFile = weights.length === 0 ? null : `${name}.weights.safetensors`;
  makeFolder(dirname(out));
  const project = importedProject(architecture, name, weightsFile);
  if (weightsFile !== null) writeWhole(join(dirname(out), weightsFile), encodeSafetensors(weights));
  writeProject(out, project);
  const warnings = trainingWarnings(architecture, project.training).map(({ message }) => message);
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({
        model,
        project: out,
        style: architecture.style,
        layers: imported.layers.length,
        weights: weightsFile,
        fromLogits: project.training.fromLogits,
        leftOut,
        warnings,
      })}\n`,
    );
    return 0;
  }
  const styles = project.architectures.map(({ style }) => style).join(' and ');
  process.stdout.write(`${out}: ${styles}, ${imported.layers.length} layers\n`);
  if (weightsFile !== null) process.stdout.write(`Weights to start from: ${weightsFile}\n`);
  if (project.training.fromLogits) {
    process.stdout.write(
      'The output is not a probability, so the loss takes logits (fromLogits).\n',
    );
  }
  for (const own of leftOut) process.stdout.write(`Left out: ${own}\n`);
  for (const own of warnings) process.stdout.write(`Warning: ${own}\n`);
  return 0;
}
