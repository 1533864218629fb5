import { countText } from '../lib/countText';
import { layersOf, type Architecture } from './architecture';
import { callsOf, forwardPlan, type Problem } from './forwardPlan';
import { inputsOf } from './inputs';
import { sizeOf } from './shape';

/** What a network has to fit: the shape of a row, and the number of classes or of numbers to predict. */
export interface DataShape {
  readonly features: number;
  /** Axes of a row as it was read; a table has one. */
  readonly rowShape: readonly number[];
  readonly classes: number;
  /** How many numbers a row has to predict; 0 if it has a class. */
  readonly targets: number;
  /** Of data that is made of several arrays: each one's name and the axes of its rows. */
  readonly arrays: readonly NamedArray[] | null;
  /** Of all input numbers. Reads all of them. */
  readonly range: () => NumberRange;
  /** Of those at some places of each row; null where that is not known. */
  readonly rangeWithin: (from: number, size: number) => NumberRange | null;
}

export interface NamedArray {
  readonly name: string;
  readonly row: readonly number[];
}

/** Smallest and largest number, and whether all are whole. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly areWhole: boolean;
}

/**
 * All that keeps a network from being trained on such data; the network's own problems come first.
 * A row with one axis may be given any shape that holds as many numbers.
 */
export function trainingProblems(architecture: Architecture, data: DataShape): readonly Problem[] {
  const { calls, problems } = forwardPlan(architecture);
  if (problems.length > 0) return problems;
  const found: Problem[] = [];
  const inputs = sizeOf(architecture.inputShape);
  if (inputs !== data.features) {
    found.push({
      layer: null,
      message: `The network takes rows of ${inputs} features, but the data has ${data.features}.`,
    });
  } else if (isOtherOrder(architecture.inputShape, data.rowShape)) {
    const [wanted, there] = [architecture.inputShape, data.rowShape].map((own) => own.join(', '));
    found.push({
      layer: null,
      message: `The network takes rows of [${wanted}], but the data has rows of [${there}].`,
      remedy:
        'Give the network the shape of the data, or bring the axes of the data into its order.',
    });
  }
  found.push(...arrayProblems(architecture, data.arrays));
  const last = calls.at(-1);
  const shape = last?.output ?? [];
  const outputs = sizeOf(shape);
  // One unit suffices for two classes.
  const isBinary = outputs === 1 && data.classes === 2;
  const wanted = wantedOutputs(data);
  if (last !== undefined && outputs !== wanted && !isBinary) {
    const there =
      data.targets === 0
        ? `${data.classes} classes`
        : `${countText(data.targets, 'number')} to predict per row`;
    found.push({
      layer: last.spec.id,
      message: `The network's output has ${outputs} units, but the data has ${there}.`,
    });
  } else if (last !== undefined && shape.length !== 1) {
    // A loss would broadcast it against targets of one axis, and be silently wrong.
    found.push({
      layer: last.spec.id,
      message: `The network's output has shape [${shape.join(', ')}] for each row, but targets have one axis.`,
      remedy: 'End the network with Flatten.',
    });
  }
  if (!calls.some(({ weights }) => weights.some(({ isTrainable }) => isTrainable))) {
    found.push({
      layer: null,
      message: 'The network has no weight that is trained.',
      remedy: 'Give it a layer with weights, such as Dense, or make one trainable.',
    });
  }
  return [...found, ...embeddingProblems(architecture, data)];
}

/** Arrays become inputs in their order, so one that is meant for another input would be taken without a word. */
function arrayProblems(
  architecture: Architecture,
  arrays: readonly NamedArray[] | null,
): readonly Problem[] {
  const inputs = inputsOf(architecture);
  if (arrays === null || inputs.length !== arrays.length) return [];
  const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
  const [wanted, there] = [names(inputs), names(arrays)];
  const areSame = [...wanted].sort().join() === [...there].sort().join();
  const isOther = inputs.some(({ size }, at) => sizeOf(arrays[at]?.row ?? []) !== size);
  if (!(areSame && wanted.join() !== there.join()) && !isOther) return [];
  const shapes = (all: readonly (readonly number[])[]) =>
    all.map((own) => `[${own.join(', ')}]`).join(', ');
  return [
    {
      layer: null,
      message: `The network's inputs are ${wanted.join(', ')} of ${shapes(inputs.map((own) => own.shape))}, but the arrays are ${there.join(', ')} of ${shapes(arrays.map(({ row }) => row))}: they are taken in this order.`,
      remedy: `Name the arrays in the order of the inputs${areSame ? `: ${wanted.join(',')}` : ''}.`,
    },
  ];
}

/** How many units an output needs. */
export function wantedOutputs({
  classes,
  targets,
}: Pick<DataShape, 'classes' | 'targets'>): number {
  return targets === 0 ? classes : targets;
}

/**
 * Whether numbers would end up on other axes. A row may be flattened, made from a flat one, or
 * gain or lose axes of length one.
 */
function isOtherOrder(wanted: readonly number[], there: readonly number[]): boolean {
  const axes = (shape: readonly number[]) => shape.filter((length) => length !== 1);
  const [own, other] = [axes(wanted), axes(there)];
  return own.length > 1 && other.length > 1 && own.join() !== other.join();
}

/**
 * An embedding looks rows up by number, so its input must be numbers of the data that are rows of
 * its table: for others the interpreter fails and XLA silently takes the last row.
 */
function embeddingProblems(architecture: Architecture, data: DataShape): readonly Problem[] {
  const inputs = inputsOf(architecture);
  /** Names whose values are those of an input, perhaps in another shape. */
  const raw = new Map(inputs.map((own) => [own.name, own]));
  return callsOf(architecture).flatMap(({ name, layer, inputs: taken }) => {
    const spec = layersOf(architecture).find(({ id }) => id === layer);
    const given = raw.get(taken[0] ?? '');
    if (given !== undefined && (spec?.kind === 'reshape' || spec?.kind === 'flatten')) {
      raw.set(name, given);
    }
    if (spec?.kind !== 'embedding') return [];
    if (given === undefined) {
      return [
        { layer, message: 'Embedding takes numbers from the data, not what a layer computes.' },
      ];
    }
    const range = inputs.length === 1 ? data.range() : data.rangeWithin(given.from, given.size);
    // Known once the rows are read to be trained on.
    if (range === null) return [];
    const { min, max, areWhole } = range;
    if (areWhole && min >= 0 && max < spec.inputDim) return [];
    const what = areWhole ? `from ${min} to ${max}` : 'that are not whole';
    return [
      {
        layer,
        message: `Embedding takes whole numbers from 0 to ${spec.inputDim - 1}, but the data has numbers ${what}.`,
      },
    ];
  });
}
