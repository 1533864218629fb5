import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { WeightRule } from '../../../../shared/architecture/layers/weightRules';
import type { DropoutCall } from '../../../../shared/runs/run';
import type { InitialiserKind } from '../../../../shared/architecture/initialisers';

/** One weight, named by the user's layer id; library names come from process-wide counters. */
export interface NamedWeight {
  readonly layer: string;
  readonly role: string;
  readonly initialiser: InitialiserKind;
  readonly seed: number | null;
  readonly isTrainable: boolean;
  /** Its regulariser and constraint; null if it has none. */
  readonly rule: WeightRule | null;
  readonly variable: Variable;
}

/** All that the training loop sees of a model, in either style. */
export interface Trainable {
  /**
   * Creates the weights that do not exist yet. A Sequential has had them since its construction; a
   * subclass makes them here, before its first step, and draws from the random state only now.
   */
  ensureBuilt(): void;
  /**
   * A forward pass in training. [batch, ...input] -> [batch, ...output]
   * @param dropoutSeeds int32 [dropout calls, 2], or null if there are none
   */
  train(x: Tensor, dropoutSeeds: Tensor | null): Tensor;
  /** A forward pass in inference: no dropout, moving statistics. [batch, ...input] -> [batch, ...output] */
  predict(x: Tensor): Tensor;
  /** Uses of dropout layers in one pass, in the order of their seeds. */
  readonly dropoutCalls: readonly DropoutCall[];
  /** In the order in which the forward pass first calls their layers. Call after `ensureBuilt`. */
  weights(): readonly NamedWeight[];
  dispose(): void;
}
