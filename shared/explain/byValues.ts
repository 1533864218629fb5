import type { FirstOperation } from './firstOperation';
import { isMove, operationKind } from './operationKinds';
import { constantsOf, type StepTrace, type TracedOp } from './stepTrace';

/**
 * Aligns traces of different forms, whose lists of operations are not the same, by the values that they
 * make: a value agrees if the other trace has one of the same bytes. An operation whose value the other
 * never makes still does no harm if all that is made of it agrees again.
 *
 * @returns the first operation of the first trace that does harm, with its partner in the other; null if
 *   all that both lead to agrees
 */
export function firstByValues(a: StepTrace, b: StepTrace): FirstOperation | null {
  const [own, its] = [new Sides(a, b), new Sides(b, a)];
  const [first] = own.harmful();
  if (first === undefined) return null;
  const outputOf = (op: TracedOp) => op.outputs.findIndex((value) => !own.agrees(value));
  // Where the other makes no such value, the two come together again at a later operation.
  for (const op of own.harmful()) {
    const output = outputOf(op);
    const like = likeOf(op, sizeOf(a, op.outputs[output]), its.harmful(), b);
    const partner = like.find((other) => operationKind(other.op) === operationKind(op.op));
    if (partner === undefined) {
      if (like.length === 0) continue;
      return groupOf(a, b, likeOf(op, sizeOf(a, op.outputs[output]), own.harmful(), a), like);
    }
    const isSame =
      own.inputsAgree(op) && its.inputsAgree(partner) && partner.outputs.length > output;
    if (isSame && op === first) return { kind: 'operation', a: op, b: partner, output };
    return groupOf(a, b, [op], [partner]);
  }
  return { kind: 'alone', op: first, output: outputOf(first), isFirst: true };
}

/** The operations that make a value of that size in the same use of the layer. */
function likeOf(
  { pass, layer, call }: TracedOp,
  size: number,
  candidates: readonly TracedOp[],
  trace: StepTrace,
): TracedOp[] {
  return candidates.filter(
    (own) =>
      own.pass === pass &&
      own.layer === layer &&
      own.call === call &&
      own.outputs.some((value) => sizeOf(trace, value) === size),
  );
}

/** Operations that both sides have in other forms, such as one fused kernel: their last results are compared. */
function groupOf(
  a: StepTrace,
  b: StepTrace,
  own: readonly TracedOp[],
  its: readonly TracedOp[],
): FirstOperation {
  const [last, other] = [own.at(-1) as TracedOp, its.at(-1) as TracedOp];
  const size = sizeOf(a, last.outputs[0]);
  const at = Math.max(
    0,
    other.outputs.findIndex((value) => sizeOf(b, value) === size),
  );
  return { kind: 'group', a: last, b: { ...other, outputs: [other.outputs[at] ?? -1] }, output: 0 };
}

/** One trace, seen against the values of another. */
class Sides {
  readonly #trace: StepTrace;
  readonly #others: ReadonlySet<string>;
  readonly #constants: ReadonlySet<number>;
  readonly #moved = new Set<number>();
  #harmful: readonly TracedOp[] | null = null;

  constructor(trace: StepTrace, other: StepTrace) {
    this.#trace = trace;
    this.#constants = constantsOf(trace);
    this.#others = new Set(other.values.map(({ sha256 }) => sha256));
  }

  agrees(value: number): boolean {
    if (this.#moved.has(value)) return true;
    return this.#others.has(this.#trace.values[value]?.sha256 ?? '');
  }

  /** Numbers of a formula count as equal: each form writes them in its own way. */
  inputsAgree({ inputs }: TracedOp): boolean {
    return inputs.every((value) => this.agrees(value) || this.#constants.has(value));
  }

  /** In order: those that differ and lead to something that differs at the end. */
  harmful(): readonly TracedOp[] {
    this.#harmful ??= this.#find();
    return this.#harmful;
  }

  #find(): TracedOp[] {
    const users = new Map<number, TracedOp[]>();
    for (const op of this.#trace.ops) {
      for (const value of op.inputs) {
        const own = users.get(value);
        if (own === undefined) users.set(value, [op]);
        else own.push(op);
      }
    }
    // What only moves values agrees if all that it moves does, whatever the other makes of it.
    for (const op of this.#trace.ops) {
      if (isMove(op.op) && this.inputsAgree(op)) for (const own of op.outputs) this.#moved.add(own);
    }
    const harmful = new Set<TracedOp>();
    for (const op of [...this.#trace.ops].reverse()) {
      const isOff = op.outputs.some((value) => {
        if (this.agrees(value)) return false;
        const of = users.get(value);
        // What nobody uses says nothing: a kernel's workspace beside its output, or a gradient of the
        // network's input, which compiled programs leave out.
        if (of === undefined) return op.outputs.length === 1 && op.pass !== 'backward';
        return of.some((user) => harmful.has(user));
      });
      if (isOff) harmful.add(op);
    }
    return this.#trace.ops.filter((op) => harmful.has(op));
  }
}

function sizeOf({ values }: StepTrace, value: number | undefined): number {
  const shape = values[value ?? -1]?.shape;
  return shape === undefined ? -1 : shape.reduce((product, length) => product * length, 1);
}
