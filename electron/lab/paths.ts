import { join } from 'node:path';

/** Beside the compiled lab: where the build puts the other parts. */
export const trainerEntry = join(__dirname, 'trainer.cjs');
export const datasetsFolder = join(__dirname, '../datasets');
