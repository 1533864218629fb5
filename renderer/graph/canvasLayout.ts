import { Graph, layout } from '@dagrejs/dagre';
import type { SubclassArchitecture } from '../../shared/architecture/architecture';
import { inputsOf } from '../../shared/architecture/inputs';
import type { Position } from '../state/draft.svelte';

export const NODE_WIDTH = 184;
export const NODE_HEIGHT = 56;
/** The node that stands for what `call` returns; no layer can have this id. */
export const OUTPUT = '→';

const GAP = 48;
/** More new calls than this at once, and the whole graph is laid out again. */
const FEW = 3;

export interface CanvasLayout {
  readonly positions: ReadonlyMap<string, Position>;
  /** By `from>to`: the path around other nodes, while both ends are where they were laid out. */
  readonly routes: ReadonlyMap<string, Route>;
}

export interface Route {
  readonly ends: readonly [Position, Position];
  readonly points: readonly Position[];
}

export const NO_LAYOUT: CanvasLayout = { positions: new Map(), routes: new Map() };

/**
 * Where every node is placed: where the user put it, else where it was, else below its inputs. A
 * graph that is mostly new is laid out as a whole, in layers from top to bottom (Sugiyama et al. 1981).
 */
export function canvasLayout(
  graph: SubclassArchitecture,
  chosen: Readonly<Record<string, Position>>,
  before: CanvasLayout,
): CanvasLayout {
  const inputs = inputsOf(graph).map(({ name }) => name);
  const names = [...inputs, ...graph.calls.map(({ name }) => name)];
  const isPlaced = (name: string) => name in chosen || before.positions.has(name);
  const isNew = names.filter((name) => !isPlaced(name)).length > FEW;
  const base = isNew ? laidOut(graph) : before;
  const positions = new Map<string, Position>();
  for (const name of names) {
    positions.set(name, chosen[name] ?? base.positions.get(name) ?? below(graph, name, positions));
  }
  const lowest = Math.max(...[...positions.values()].map(({ y }) => y));
  const last = positions.get(graph.calls.at(-1)?.name ?? inputs[0] ?? '') ?? { x: 0, y: 0 };
  positions.set(OUTPUT, chosen[OUTPUT] ?? { x: last.x, y: lowest + NODE_HEIGHT + GAP });
  return { positions, routes: base.routes };
}

function laidOut(graph: SubclassArchitecture): CanvasLayout {
  const { calls } = graph;
  const plan = new Graph()
    .setGraph({ rankdir: 'TB', nodesep: 32, ranksep: GAP })
    .setDefaultEdgeLabel(() => ({}));
  const size = { width: NODE_WIDTH, height: NODE_HEIGHT };
  const inputs = inputsOf(graph);
  for (const { name } of [...inputs, ...calls]) plan.setNode(name, { ...size });
  for (const { name, inputs } of calls) {
    for (const input of inputs) {
      // A width keeps other nodes away from edges that go past them.
      if (plan.hasNode(input)) plan.setEdge(input, name, { width: 48, height: 1, labelpos: 'c' });
    }
  }
  layout(plan);
  const positions = new Map(
    plan.nodes().map((name) => {
      const { x = 0, y = 0 } = plan.node(name) as Partial<Position>;
      return [name, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
    }),
  );
  const routes = new Map(
    plan.edges().flatMap(({ v, w }) => {
      const ends = [positions.get(v), positions.get(w)] as [Position, Position];
      const { points = [] } = plan.edge(v, w) as { points?: Position[] };
      // The first and last lie on the nodes' borders; with only one between them the edge is straight.
      const between = points.slice(1, -1).map(({ x, y }) => ({ x, y }));
      return between.length > 1 ? [[`${v}>${w}`, { ends, points: between }] as const] : [];
    }),
  );
  return { positions, routes };
}

/** Below the lowest of its inputs, and beside nodes that are already there. */
function below(
  { calls }: SubclassArchitecture,
  name: string,
  positions: ReadonlyMap<string, Position>,
): Position {
  const inputs = calls.find((call) => call.name === name)?.inputs ?? [];
  const above = inputs.flatMap((input) => positions.get(input) ?? []);
  const lowest = above.reduce<Position>(
    (a, b) => (b.y > a.y ? b : a),
    above[0] ?? { x: 0, y: -104 },
  );
  const y = lowest.y + NODE_HEIGHT + GAP;
  let { x } = lowest;
  const others = [...positions.values()];
  const isTaken = () =>
    others.some((own) => Math.abs(own.x - x) < NODE_WIDTH && Math.abs(own.y - y) < NODE_HEIGHT);
  while (isTaken()) x += NODE_WIDTH + 32;
  return { x, y };
}
