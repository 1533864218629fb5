import { expect, test } from 'vitest';
import {
  layerCatalog,
  layerSpecSchema,
  type LayerKind,
} from '../../../shared/architecture/layerCatalog';
import { layerFields, ruledWeightsOf } from '../../../shared/architecture/layerFields';

const kinds = Object.keys(layerCatalog) as LayerKind[];

test("a form's fields follow from the schema", () => {
  expect(layerFields('conv1d')).toEqual([
    {
      name: 'filters',
      label: 'Filters',
      initial: undefined,
      input: { type: 'integer', min: 1, max: 65_536, isOptional: false },
    },
    {
      name: 'kernelSize',
      label: 'Kernel size',
      initial: undefined,
      input: { type: 'lengths', axes: 1, max: 65_536, areWhole: true },
    },
    {
      name: 'strides',
      label: 'Strides',
      initial: [1],
      input: { type: 'lengths', axes: 1, max: 65_536, areWhole: true },
    },
    {
      name: 'padding',
      label: 'Padding',
      initial: 'valid',
      input: { type: 'choice', options: ['valid', 'same'] },
    },
    expect.objectContaining({ name: 'activation', initial: 'linear' }),
    { name: 'useBias', label: 'Use bias', initial: true, input: { type: 'boolean' } },
    expect.objectContaining({ name: 'kernelInitialiser', label: 'Kernel initialiser' }),
    {
      name: 'kernelSeed',
      label: 'Kernel seed',
      initial: null,
      input: { type: 'integer', min: 0, max: 2_147_483_647, isOptional: true },
    },
    expect.objectContaining({ name: 'biasInitialiser' }),
    { name: 'trainable', label: 'Trainable', initial: true, input: { type: 'boolean' } },
  ]);
});

test.each(kinds)('%s: a new layer has all it needs, and every field has a form', (kind) => {
  const { starter } = layerCatalog[kind];
  const spec = layerSpecSchema.parse({ id: 'a', kind, ...starter([4, 3]) });
  expect(Object.keys(spec).sort()).toEqual(
    [
      ...['id', 'kind', ...layerFields(kind).map(({ name }) => name)],
      // With forms of their own: a layer on each step, and rules by weight.
      ...(kind === 'timeDistributed' ? ['layer'] : []),
      ...(ruledWeightsOf(kind).length > 0 ? ['weightRules'] : []),
    ].sort(),
  );
});
