import type { Node } from '@xyflow/svelte';

/** What a node of the canvas shows. */
export type LayerNodeData = {
  readonly title: string;
  readonly kind: string;
  readonly detail: string;
  readonly problem: string | null;
  readonly role: 'input' | 'call' | 'output';
};
export type LayerFlowNode = Node<LayerNodeData, 'layer'>;
