import * as tf from '@tensorflow/tfjs-node-gpu';
import type { OpPlace } from '../../../../shared/explain/stepTrace';
import { layerIds } from '../models/buildLayer';

interface TapeNode {
  gradient?: (dys: tf.Tensor[]) => Record<string, () => tf.Tensor>;
}

/** The library's own, which its types do not show. */
interface LibraryEngine {
  readonly state: { readonly activeTape: TapeNode[] };
  addTapeNode(...args: readonly unknown[]): void;
}

/**
 * Where in the step the library is: which layer's call, forward or backward, or the update. Backward
 * operations belong to the layer whose forward operation they are the gradient of.
 */
export class OpPlaces {
  #stack: { readonly layer: string; readonly call: number }[] = [];
  #gradientOf: OpPlace | null = null;
  #isBackward = false;
  #isUpdate = false;
  readonly #calls = new Map<string, number>();

  /** Now. */
  get place(): OpPlace {
    const own = this.#stack.at(-1);
    if (this.#isUpdate) return { pass: 'update', layer: null, call: 0, role: null };
    if (this.#gradientOf !== null) return { ...this.#gradientOf, pass: 'backward' };
    if (this.#isBackward) return { pass: 'backward', layer: null, call: 0, role: null };
    if (own === undefined) return { pass: 'loss', layer: null, call: 0, role: null };
    return { pass: 'forward', ...own, role: null };
  }

  /** The optimiser takes over. */
  beginUpdate(): void {
    this.#isUpdate = true;
  }

  /** Follows the library while `work` runs. */
  during<T>(work: () => T): T {
    const restore = [this.#followLayers(), this.#followGradients()];
    try {
      return work();
    } finally {
      for (const undo of restore) undo();
    }
  }

  #followLayers(): () => void {
    const prototype = tf.layers.Layer.prototype;
    const apply = prototype.apply;
    const [stack, calls] = [this.#stack, this.#calls];
    prototype.apply = function (this: tf.layers.Layer, ...args) {
      // A layer inside another, such as a cell, is a part of that one's call.
      const layer = layerIds.get(this);
      if (layer === undefined) return apply.apply(this, args);
      const call = (calls.get(layer) ?? 0) + 1;
      calls.set(layer, call);
      stack.push({ layer, call });
      try {
        return apply.apply(this, args);
      } finally {
        stack.pop();
      }
    };
    return () => {
      prototype.apply = apply;
    };
  }

  #followGradients(): () => void {
    const engine = tf.engine() as unknown as LibraryEngine;
    const own = engine.addTapeNode;
    const inGradientOf = <T>(place: OpPlace, work: () => T): T => {
      const before = this.#gradientOf;
      this.#isBackward = true;
      this.#gradientOf = place;
      try {
        return work();
      } finally {
        this.#gradientOf = before;
      }
    };
    engine.addTapeNode = (...args) => {
      own.apply(engine, [...args]);
      const node = engine.state.activeTape.at(-1);
      const gradient = node?.gradient;
      if (node === undefined || gradient === undefined) return;
      const place = this.place;
      node.gradient = (dys) => {
        const parts = inGradientOf(place, () => gradient(dys));
        return Object.fromEntries(
          Object.entries(parts).map(([name, part]) => [name, () => inGradientOf(place, part)]),
        );
      };
    };
    return () => {
      // The method is the prototype's again.
      delete (engine as { addTapeNode?: unknown }).addTapeNode;
    };
  }
}
