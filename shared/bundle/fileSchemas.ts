import { z } from 'zod';
import { runFileTable, type RunFileKey } from '../runs/runFiles';
import { bundleIndexSchema } from './bundleFile';
import { bundleFiles } from './paths';

const ofRuns = (Object.keys(runFileTable) as RunFileKey[]).flatMap((key) => {
  const { name, content } = runFileTable[key];
  return 'schema' in content && !('isLocal' in runFileTable[key])
    ? [[name, content.schema as z.ZodType] as const]
    : [];
});

/** The JSON files of a bundle by name, each with its schema; for `.jsonl` that of one line. */
const schemas: Readonly<Record<string, z.ZodType>> = {
  [bundleFiles.index]: bundleIndexSchema,
  ...Object.fromEntries(ofRuns),
};

/**
 * The same as one JSON Schema (2020-12) with a property for each file, for readers in other languages
 * and inside verify.py.
 */
export function jsonSchemaOfFiles(): object {
  return {
    ...z.toJSONSchema(z.strictObject(schemas), { io: 'input', reused: 'ref' }),
    title: 'The JSON files of a Twintrain bundle, by name; of .jsonl files one line each',
  };
}
