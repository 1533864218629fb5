import type { Edge, Node } from '@xyflow/svelte';
import { asSubclass, type Architecture } from '../../shared/architecture/architecture';
import type { LayerDifference } from '../../shared/architecture/differences';
import { forwardPlan } from '../../shared/architecture/forwardPlan';
import { inputsOf } from '../../shared/architecture/inputs';
import { labelOf } from '../../shared/architecture/layerCatalog';
import type { ComparedTensor } from '../../shared/compare/comparedRuns';
import { canvasLayout, NO_LAYOUT, NODE_HEIGHT, NODE_WIDTH, OUTPUT } from '../graph/canvasLayout';
import { shapeText } from '../graph/shapeText';

export interface ComparedNodeData extends Record<string, unknown> {
  readonly title: string;
  readonly kind: string;
  /** How far its weights are apart at the end, or its output's shape. */
  readonly detail: string;
  /** Against the layer of that id in the other network. */
  readonly difference: LayerDifference['kind'] | 'end';
  /** What is set otherwise there. */
  readonly fields: string;
  /** The first operation that differs is here. */
  readonly isFirst: boolean;
}
export type ComparedNode = Node<ComparedNodeData, 'compared'>;

export interface ComparedNetwork {
  readonly nodes: ComparedNode[];
  readonly edges: Edge[];
}

/** A network as nodes that say how they differ from the other's. */
export function comparedNetwork(
  architecture: Architecture,
  differences: readonly LayerDifference[],
  tensors: readonly ComparedTensor[],
  firstLayer: string | null,
): ComparedNetwork {
  const graph = asSubclass(architecture);
  const { positions } = canvasLayout(graph, {}, NO_LAYOUT);
  const shapes = new Map(forwardPlan(graph).calls.map(({ name, output }) => [name, output]));
  const members = new Map(graph.members.map((layer) => [layer.id, layer]));
  const byId = new Map(differences.map((own) => [own.id, own]));
  const node = (id: string, data: ComparedNodeData): ComparedNode => ({
    id,
    type: 'compared',
    position: { ...(positions.get(id) ?? { x: 0, y: 0 }) },
    data,
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    ariaLabel: [data.title, data.kind, data.detail, words[data.difference], data.fields]
      .filter((word) => word !== '')
      .join(', '),
  });
  const end = (title: string, detail: string): ComparedNodeData => ({
    title,
    kind: '',
    detail,
    difference: 'end',
    fields: '',
    isFirst: false,
  });
  const last = graph.calls.at(-1);
  return {
    nodes: [
      ...inputsOf(graph).map(({ name, shape }) => node(name, end(name, shapeText(shape)))),
      ...graph.calls.map(({ name, layer }) => {
        const spec = members.get(layer);
        const own = byId.get(layer);
        return node(name, {
          title: name,
          kind: spec === undefined ? '' : labelOf(spec),
          detail: apartText(tensors, layer) ?? shapeText(shapes.get(name) ?? []),
          difference: own?.kind ?? 'same',
          fields: (own?.fields ?? []).map((field) => field.name).join(', '),
          isFirst: layer === firstLayer,
        });
      }),
      node(OUTPUT, end('output', shapeText(shapes.get(last?.name ?? '') ?? []))),
    ],
    edges: [
      ...graph.calls.flatMap(({ name, inputs }) =>
        inputs.map((from, place) => edge(from, name, place)),
      ),
      ...(last === undefined ? [] : [edge(last.name, OUTPUT, 0)]),
    ],
  };
}

const words: Readonly<Record<ComparedNodeData['difference'], string>> = {
  end: '',
  same: 'the same in both',
  fields: 'differs in',
  'only-first': 'only in A',
  'only-second': 'only in B',
};

function edge(from: string, to: string, place: number): Edge {
  return { id: `${from}>${to}>${place}`, source: from, target: to };
}

/** The largest relative difference of a layer's final weights; null without weights in both. */
function apartText(tensors: readonly ComparedTensor[], layer: string): string | null {
  const own = tensors.filter((tensor) => tensor.when === 'final' && tensor.layer === layer);
  const apart = own.flatMap(({ difference }) => difference?.maxRelative ?? []);
  if (apart.length === 0) return null;
  const most = Math.max(...apart);
  return most === 0 ? 'weights equal' : `weights apart by ${most.toPrecision(1)}`;
}
