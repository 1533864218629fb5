import { formFields, type FormField } from '../lib/formFields';
import { ruledIn } from './layers/weightRules';
import { layerCatalog, type LayerKind } from './layerCatalog';

const known = new Map<LayerKind, readonly FormField[]>();
const omitted = new Set(['id', 'kind', 'weightRules', 'layer']);

/** The weights of a kind that may have rules. */
export function ruledWeightsOf(kind: LayerKind): readonly string[] {
  return ruledIn(layerCatalog[kind].schema.shape);
}

/** The fields of a kind besides its id and rules of weights, read from its schema, in the schema's order. */
export function layerFields(kind: LayerKind): readonly FormField[] {
  const fields = known.get(kind) ?? formFields(layerCatalog[kind].schema, omitted);
  known.set(kind, fields);
  return fields;
}
