import { INPUT, inputShapeSchema, type Architecture } from '../../architecture/architecture';
import { forwardPlan } from '../../architecture/forwardPlan';
import { outputShape, type LayerSpec } from '../../architecture/layerCatalog';
import type { Shape } from '../../architecture/layers/definition';
import { importLayer } from './importLayer';
import type { Imported, ImportedName } from './importModel';
import { nameOf, type Source, type StoredLayer } from './storedModel';

/** Collects what is found while converting a stored model to an architecture. */
export class Building {
  readonly unsupported: string[] = [];
  readonly shapes = new Map<string, Shape>();
  readonly #leftOut: string[] = [];
  readonly #names: ImportedName[] = [];
  readonly #taken: Set<string>;
  readonly #configs = new Map<string, string>();

  constructor(layers: readonly StoredLayer[]) {
    this.#taken = new Set([INPUT]);
    for (const layer of layers) {
      for (const key of ['sparse', 'ragged']) {
        if (layer.class_name === 'InputLayer' && layer.config[key] === true) {
          this.unsupported.push(`${nameOf(layer)}: ${key} = true.`);
        }
      }
    }
  }

  /** A name here for one of several inputs. */
  inputName(stored: string): string {
    return this.freshId(plainId(stored, INPUT));
  }

  /** Drops the batch axis, whatever its stored length. */
  inputShape(stored: readonly (number | null)[] | null): number[] | null {
    if (stored === null) {
      this.unsupported.push(
        'The input shape is not stored: give the first layer an input shape, or call the model once, and store it again.',
      );
      return null;
    }
    const shape = inputShapeSchema.safeParse(stored.slice(1));
    if (shape.success) return shape.data;
    this.unsupported.push(
      `The input shape is ${JSON.stringify(stored)}; here every axis but the batch has a fixed length.`,
    );
    return null;
  }

  /** @param within names of the models around it */
  layer(
    stored: StoredLayer,
    inputs: readonly Shape[] | null,
    within: readonly string[],
  ): LayerSpec | null {
    const name = nameOf(stored);
    const id = this.freshId(plainId(name, stored.class_name));
    const { layer, leftOut, unsupported } = importLayer(stored, id, inputs);
    this.unsupported.push(...unsupported);
    this.#leftOut.push(...leftOut);
    this.#names.push({ name, within, className: stored.class_name, id });
    return layer;
  }

  /** Notes the shape of a call's value, or that its inputs do not fit. */
  call(layer: LayerSpec, name: string, taken: readonly string[]): void {
    const inputs = this.shapesOf(taken);
    if (inputs === null) return;
    const shape = outputShape(layer, inputs);
    if ('problem' in shape) this.unsupported.push(`${layer.id}: ${shape.problem}`);
    else this.shapes.set(name, shape);
  }

  shapesOf(names: readonly string[]): readonly Shape[] | null {
    const shapes = names.map((name) => this.shapes.get(name));
    return shapes.every((shape) => shape !== undefined) ? shapes : null;
  }

  /** A layer's calls are given the same: here that is a property of the layer. */
  calledWith(key: string, layer: StoredLayer): void {
    const text = JSON.stringify(layer.config);
    const before = this.#configs.get(key) ?? text;
    this.#configs.set(key, before);
    if (before !== text) {
      this.unsupported.push(
        `${nameOf(layer)} is called with other arguments at one place than at another.`,
      );
    }
  }

  freshId(wanted: string): string {
    let id = wanted;
    for (let number = 2; this.#taken.has(id); number++) id = `${wanted}_${number}`;
    this.#taken.add(id);
    return id;
  }

  result(architecture: Architecture | null): Imported {
    if (architecture === null || this.unsupported.length > 0) {
      return { unsupported: [...new Set(this.unsupported)] };
    }
    const { problems } = forwardPlan(architecture);
    if (problems.length > 0) {
      return {
        unsupported: problems.map(({ layer, message }) =>
          layer === null ? message : `${layer}: ${message}`,
        ),
      };
    }
    return { architecture, leftOut: this.#leftOut, layers: this.#names };
  }
}

export function keyOf(source: Source): string {
  return JSON.stringify(source);
}

/** A name as ASCII letters and digits, as ids must be; the class name if it is in another script. */
function plainId(name: string, className: string): string {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^[^A-Za-z]/, 'layer_');
  const isLost = !/[A-Za-z0-9]/.test(name);
  return (isLost ? className.toLowerCase() : plain).slice(0, 56);
}
