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
    const size = sizeOf(a, op.outputs[output]);
    const partner = partnerOf(op, size, its.harmful(), b);
    if (partner === undefined) continue;
    const isSame =
      operationKind(partner.op) === operationKind(op.op) &&
      own.inputsAgree(op) &&
      its.inputsAgree(partner) &&
      partner.outputs.length > output;
    if (isSame && op === first) return { kind: 'operation', a: op, b: partner, output };
    // The partner's output of that size stands for the group's.
    const at = partner.outputs.findIndex((value) => sizeOf(b, value) === size);
    const outputs = [...partner.outputs];
    outputs[output] = partner.outputs[at] ?? -1;
    return { kind: 'group', a: op, b: { ...partner, outputs }, output };
  }
  return { kind: 'alone', op: first, output: outputOf(first), isFirst: true };
}

/** The operation of the other trace that stands where this one does. */
function partnerOf(
  op: TracedOp,
  size: number,
  candidates: readonly TracedOp[],
  other: StepTrace,
): TracedOp | undefined {
  const like = candidates.filter(
    (own) =>
      own.pass === op.pass &&
      own.layer === op.layer &&
      own.outputs.some((value) => sizeOf(other, value) === size),
  );
  return like.find((own) => operationKind(own.op) === operationKind(op.op)) ?? like[0];
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
