import { firstByValues } from './byValues';
import { isMove } from './operationKinds';
import {
  constantsOf,
  engineOfForm,
  type StepTrace,
  type TracedOp,
  type TracedSource,
} from './stepTrace';

/** The first thing in a step that is not the same in two traces of it. */
export type FirstOperation =
  | {
      /** An operation gave another result from the same inputs. */
      readonly kind: 'operation';
      readonly a: TracedOp;
      readonly b: TracedOp;
      /** Which of its outputs. */
      readonly output: number;
    }
  | {
      /** An operation was given another number of a formula, or other attributes. */
      readonly kind: 'constant';
      readonly a: TracedOp;
      readonly b: TracedOp;
      readonly output: number;
      /** The values' places in each trace; null where attributes differ. */
      readonly values: readonly [number, number] | null;
    }
  | {
      /** The two compute this in different operations, and what comes out differs. */
      readonly kind: 'group';
      readonly a: TracedOp;
      readonly b: TracedOp;
      readonly output: number;
    }
  | {
      /** Only one of the two makes such a value, of this shape in this layer. */
      readonly kind: 'alone';
      readonly op: TracedOp;
      readonly output: number;
      readonly isFirst: boolean;
    }
  | {
      /** The two compute another operation there. */
      readonly kind: 'other';
      readonly a: TracedOp;
      readonly b: TracedOp;
      readonly output: number;
    }
  | {
      /** What the step started from: a weight, the batch, seeds. */
      readonly kind: 'source';
      readonly a: TracedSource;
      readonly b: TracedSource;
    };

/**
 * Aligns two traces of the same step by pass, layer, call and operation, and names the first operation
 * whose output differs while all of its inputs are equal; null if all that both computed is equal.
 */
export function firstOperation(a: StepTrace, b: StepTrace): FirstOperation | null {
  const source = firstSource(a, b);
  if (source !== null) return source;
  if (a.form === b.form && haveSameOps(a, b)) return firstOp(a, b);
  // The trace that shows single operations leads.
  return b.form === 'eager' ? swapped(firstByValues(b, a)) : firstByValues(a, b);
}

/** Compiled programs of one form may still have other kernels, such as oneDNN's that fuse several. */
function haveSameOps(a: StepTrace, b: StepTrace): boolean {
  const others = new Set(keyed(b.ops).map(([key]) => key));
  return keyed(a.ops).every(([key, { op }]) => others.has(key) || isMove(op));
}

function swapped(found: FirstOperation | null): FirstOperation | null {
  if (found === null) return null;
  switch (found.kind) {
    case 'source':
      return { ...found, a: found.b, b: found.a };
    case 'constant':
      return {
        ...found,
        a: found.b,
        b: found.a,
        values: found.values && [found.values[1], found.values[0]],
      };
    case 'alone':
      return { ...found, isFirst: !found.isFirst };
    default:
      return { ...found, a: found.b, b: found.a };
  }
}

function firstSource(a: StepTrace, b: StepTrace): FirstOperation | null {
  const named = (own: TracedSource) => `${own.kind} ${own.name}`;
  const isOneEngine = engineOfForm(a.form) === engineOfForm(b.form);
  const others = new Map(b.sources.map((own) => [named(own), own]));
  for (const own of a.sources) {
    const other = others.get(named(own));
    // Constants have no names; they are looked at where they are used.
    if (own.kind === 'constant' || other === undefined) continue;
    // Engines keep their optimisers' state and rate in forms of their own.
    if (!isOneEngine && own.kind !== 'weight' && own.kind !== 'batch') continue;
    if (hashOf(a, own.value) !== hashOf(b, other.value))
      return { kind: 'source', a: own, b: other };
  }
  return null;
}

function firstOp(a: StepTrace, b: StepTrace): FirstOperation | null {
  const pairs = aligned(a.ops, b.ops);
  const used = new Set(a.ops.flatMap(({ inputs }) => inputs));
  const constants = [constantsOf(a), constantsOf(b)] as const;
  for (const own of a.ops) {
    const other = pairs.get(own);
    if (other === undefined) continue;
    const output = own.outputs.findIndex(
      (value, at) =>
        hashOf(a, value) !== hashOf(b, other.outputs[at] ?? -1) &&
        // An output beside others that nobody uses, such as a kernel's workspace, says nothing.
        (own.outputs.length === 1 || used.has(value)),
    );
    if (output < 0) continue;
    const differing = own.inputs.flatMap((value, at) => {
      const its = other.inputs[at] ?? -1;
      return hashOf(a, value) === hashOf(b, its) ? [] : [[value, its] as const];
    });
    const base = { a: own, b: other, output };
    if (differing.length === 0) {
      return own.attributes === other.attributes
        ? { kind: 'operation', ...base }
        : { kind: 'constant', ...base, values: null };
    }
    const isConstant = ([x, y]: readonly [number, number]) =>
      constants[0].has(x) && constants[1].has(y);
    if (differing.every(isConstant)) {
      return { kind: 'constant', ...base, values: differing[0] ?? null };
    }
    // All that comes before and has a partner is equal, so what differs was made by operations without.
    const [x, y] = differing.find((pair) => !isConstant(pair)) ?? [-1, -1];
    const [madeBy, itsMadeBy] = [a, b].map((trace, side) =>
      trace.ops.find(({ outputs }) => outputs.includes(side === 0 ? x : y)),
    );
    if (madeBy !== undefined && itsMadeBy !== undefined) {
      return { kind: 'other', a: madeBy, b: itsMadeBy, output: madeBy.outputs.indexOf(x) };
    }
    return { kind: 'group', ...base };
  }
  return null;
}

/** Operations of the first with their partners: the n-th of each kind in each layer's call and pass. */
function aligned(a: readonly TracedOp[], b: readonly TracedOp[]): Map<TracedOp, TracedOp> {
  const others = new Map(keyed(b));
  return new Map(
    keyed(a).flatMap(([key, own]) => {
      const other = others.get(key);
      const isSame = other !== undefined && other.inputs.length === own.inputs.length;
      return isSame ? [[own, other] as const] : [];
    }),
  );
}

function keyed(ops: readonly TracedOp[]): (readonly [string, TracedOp])[] {
  const counts = new Map<string, number>();
  return ops.map((own) => {
    const { pass, layer, call, role, op } = own;
    const kind = [pass, layer, call, role, op].join(' ');
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return [`${kind} ${count}`, own] as const;
  });
}

function hashOf({ values }: StepTrace, value: number): string | null {
  return values[value]?.sha256 ?? null;
}

/** What the difference went through afterwards, as `forward hidden1 MatMul`, each place once. */
export function pathFrom(a: StepTrace, b: StepTrace, from: TracedOp | null): string[] {
  const pairs = aligned(a.ops, b.ops);
  const start = from === null ? 0 : Math.max(0, a.ops.indexOf(from));
  const steps = a.ops.slice(start).flatMap((own) => {
    const other = pairs.get(own);
    const differs = own.outputs.some(
      (value, at) => hashOf(a, value) !== hashOf(b, other?.outputs[at] ?? -1),
    );
    return other !== undefined && differs ? [opText(own)] : [];
  });
  return [...new Set(steps)];
}

/** `forward hidden1 MatMul`, `update output/kernel Sub` */
export function opText({ pass, layer, role, op }: TracedOp): string {
  const where = layer === null ? '' : role === null ? ` ${layer}` : ` ${layer}/${role}`;
  return `${pass}${where} ${op}`;
}
