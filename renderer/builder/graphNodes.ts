import type { Edge } from '@xyflow/svelte';
import { inputsOf } from '../../shared/architecture/inputs';
import { labelOf } from '../../shared/architecture/layerCatalog';
import { sizeOfLayer } from '../../shared/architecture/networkSize';
import type { Draft, Position } from '../state/draft.svelte';
import { NODE_HEIGHT, NODE_WIDTH, OUTPUT, type CanvasLayout } from '../graph/canvasLayout';
import type { LayerFlowNode, LayerNodeData } from './layerNode';
import { countText, shapeText } from '../graph/shapeText';

/** The graph as nodes; an unchanged one stays the same object, so that only changed ones are redrawn. */
export function graphNodes(
  draft: Draft,
  positions: ReadonlyMap<string, Position>,
  before: readonly LayerFlowNode[],
): LayerFlowNode[] {
  const { subclass } = draft;
  const { calls, problems } = draft.subclassPlan;
  const planned = new Map(calls.map((call) => [call.name, call]));
  const troubles = new Map(problems.map(({ layer, call, message }) => [call ?? layer, message]));
  const members = new Map(subclass.members.map((layer) => [layer.id, layer]));
  const known = new Map(before.map((node) => [node.id, node]));
  const node = (id: string, data: LayerNodeData): LayerFlowNode => {
    const old = known.get(id);
    const position = positions.get(id) ?? { x: 0, y: 0 };
    const selected = draft.style === 'subclass' && draft.selected.has(id);
    if (
      old?.selected === selected &&
      old.position.x === position.x &&
      old.position.y === position.y &&
      sameData(old.data, data)
    ) {
      return old;
    }
    return {
      ...old,
      id,
      type: 'layer',
      position: { ...position },
      selected,
      data,
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      ariaLabel: `${data.title}, ${data.kind}, ${data.problem ?? data.detail}`,
      deletable: data.role === 'call',
      selectable: data.role !== 'output',
    };
  };
  const last = planned.get(subclass.calls.at(-1)?.name ?? '');
  return [
    ...inputsOf(subclass).map(({ name, shape }) =>
      node(name, { title: name, kind: '', detail: shapeText(shape), problem: null, role: 'input' }),
    ),
    ...subclass.calls.map(({ name, layer }) => {
      const spec = members.get(layer);
      const call = planned.get(name);
      const parameters = call === undefined ? 0 : sizeOfLayer(call).parameters;
      return node(name, {
        title: name,
        kind: spec === undefined ? '' : labelOf(spec),
        detail:
          call === undefined
            ? 'no shape'
            : name !== layer && call.weights.length === 0
              ? `shares ${layer}`
              : `${countText(parameters)} parameters`,
        problem: troubles.get(name) ?? null,
        role: 'call',
      });
    }),
    node(OUTPUT, {
      title: 'output of call',
      kind: '',
      detail: last === undefined ? 'no shape' : shapeText(last.output),
      problem: null,
      role: 'output',
    }),
  ];
}

/**
 * `from>to>place`; the edge out of the last value is drawn, but is no input. An edge that has
 * not changed stays the same object.
 */
export function graphEdges(
  draft: Draft,
  { positions, routes }: CanvasLayout,
  before: readonly Edge[],
): Edge[] {
  const { subclass } = draft;
  const known = new Map(before.map((own) => [own.id, own]));
  const shapes = new Map<string, readonly number[]>([
    ...inputsOf(subclass).map(({ name, shape }) => [name, shape] as const),
    ...draft.subclassPlan.calls.map(({ name, output }) => [name, output] as const),
  ]);
  const edge = (from: string, to: string, place: number, isOutput: boolean): Edge => {
    const shape = shapes.get(from);
    const route = routes.get(`${from}>${to}`);
    const isWhereItWas =
      route !== undefined &&
      isSame(positions.get(from), route.ends[0]) &&
      isSame(positions.get(to), route.ends[1]);
    const id = `${from}>${to}>${place}`;
    const label = shape === undefined ? undefined : shapeText(shape);
    const points = isWhereItWas ? route.points : NO_POINTS;
    const old = known.get(id);
    if (
      old !== undefined &&
      old.label === label &&
      old.selectable !== isOutput &&
      old.data?.['points'] === points
    ) {
      return old;
    }
    return {
      id,
      source: from,
      target: to,
      ...(label === undefined ? {} : { label }),
      ariaLabel: `from ${from} to ${to}`,
      type: 'routed',
      data: { to, place, points },
      deletable: !isOutput,
      selectable: !isOutput,
      selected: old?.selected ?? false,
      class: isOutput ? 'way-out' : '',
    };
  };
  const last = subclass.calls.at(-1);
  return [
    ...subclass.calls.flatMap(({ name, inputs }) =>
      inputs.map((from, place) => edge(from, name, place, false)),
    ),
    ...(last === undefined ? [] : [edge(last.name, OUTPUT, 0, true)]),
  ];
}

const NO_POINTS: readonly Position[] = [];

function isSame(a: Position | undefined, b: Position): boolean {
  return a?.x === b.x && a.y === b.y;
}

function sameData(a: LayerNodeData, b: LayerNodeData): boolean {
  return (
    a.title === b.title && a.kind === b.kind && a.detail === b.detail && a.problem === b.problem
  );
}
