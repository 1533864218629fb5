import { layerCatalog, type LayerKind } from '../../shared/architecture/layerCatalog';

/** What is dragged within the window; the types tell it apart from files and text. */
const KIND = 'application/x-twintrain-kind';
const MOVE = 'application/x-twintrain-move';

export function dragKind(event: DragEvent, kind: LayerKind): void {
  event.dataTransfer?.setData(KIND, kind);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copy';
}

/** The selection itself is what moves. */
export function dragSelection(event: DragEvent): void {
  event.dataTransfer?.setData(MOVE, '');
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
}

/** While dragging only the types can be read, not the data. */
export function dragged(event: DragEvent): 'kind' | 'selection' | null {
  const types = event.dataTransfer?.types ?? [];
  return types.includes(KIND) ? 'kind' : types.includes(MOVE) ? 'selection' : null;
}

export function droppedKind(event: DragEvent): LayerKind | null {
  const kind = event.dataTransfer?.getData(KIND) ?? '';
  return kind in layerCatalog ? (kind as LayerKind) : null;
}
