import { layersOf, type Architecture } from '../../architecture/architecture';
import { byStyle, otherStyleOf } from '../../architecture/bothStyles';
import { forwardPlan } from '../../architecture/forwardPlan';
import { sizeOf } from '../../architecture/shape';
import { projectSchema, type Project } from '../../training/projectFile';
import { trainingSchema } from '../../training/trainingConfig';
import { trainingWarnings } from '../../training/trainingWarnings';

/**
 * A project with an imported network: on the built-in data that fits it, otherwise on Iris, to be
 * replaced; with a loss that suits its output.
 */
export function importedProject(
  architecture: Architecture,
  name: string,
  initialWeights: string | null,
): Project {
  const { calls } = forwardPlan(architecture);
  const outputs = sizeOf(calls.at(-1)?.output ?? []);
  const isDigits = sizeOf(architecture.inputShape) === 64 && outputs === 10;
  const plain = trainingSchema.parse({ loss: outputs === 1 ? 'binaryCrossentropy' : undefined });
  const isOfLogits = trainingWarnings(architecture, plain).some(
    ({ code }) => code === 'output-is-no-probability',
  );
  return projectSchema.parse({
    twintrain: 'project',
    version: 1,
    name,
    architectures: [architecture, otherStyleOf(architecture)].sort(byStyle),
    training: { ...plain, fromLogits: isOfLogits },
    randomness: { regime: 'controlled', seed: '0' },
    data: {
      kind: 'builtin',
      name: isDigits ? 'digits' : 'iris',
    },
    initialWeights: layersOf(architecture).length === 0 ? null : initialWeights,
  });
}
