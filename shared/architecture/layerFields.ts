import { formFields, type FormField } from '../lib/formFields';
import { layerCatalog, type LayerKind } from './layerCatalog';

const known = new Map<LayerKind, readonly FormField[]>();
const omitted = new Set(['id', 'kind']);

/** The fields of a kind besides its id, read from its schema, in the schema's order. */
export function layerFields(kind: LayerKind): readonly FormField[] {
  const fields = known.get(kind) ?? formFields(layerCatalog[kind].schema, omitted);
  known.set(kind, fields);
  return fields;
}
