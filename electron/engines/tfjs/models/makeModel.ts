import type { Architecture } from '../../../../shared/architecture/architecture';
import type { Randomness } from '../../../../shared/training/trainingConfig';
import { initialisersFor } from './initialiserSeeds';
import { sequentialModel } from './sequentialModel';
import { ArchitectureModel } from './subclassModel';
import type { Trainable } from './trainable';

/** The network in its own style. A Sequential and a Functional draw their weights here. */
export function makeModel(architecture: Architecture, randomness: Randomness): Trainable {
  const initialiserFor = initialisersFor(randomness);
  return architecture.style === 'sequential'
    ? sequentialModel(architecture, initialiserFor)
    : new ArchitectureModel(architecture, initialiserFor);
}
