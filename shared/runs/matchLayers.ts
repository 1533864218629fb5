/** A layer with weights: its name and the shapes of its weights, in their order. */
export interface WeightedLayer {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
}

export interface Match {
  readonly layer: string;
  /** The layer that its weights come from; null where none fits. */
  readonly from: string | null;
}

/**
 * Which layer of a file each layer of a network takes its weights from: the one that is named, else the one of its own
 * name, else the next one, in both orders, whose weights have the same shapes.
 * @param named layers of the file by layers of the network; null leaves one out
 * @throws {Error} naming what does not fit
 */
export function matchLayers(
  own: readonly WeightedLayer[],
  theirs: readonly WeightedLayer[],
  named: ReadonlyMap<string, string | null>,
): readonly Match[] {
  const byName = new Map(theirs.map((layer) => [layer.name, layer]));
  for (const [layer, from] of named) {
    const mine = own.find(({ name }) => name === layer);
    if (mine === undefined) throw new Error(`The network has no layer "${layer}" with weights`);
    if (from === null) continue;
    const other = byName.get(from);
    if (other === undefined) throw new Error(`There is no layer "${from}" to take weights from`);
    if (!isSame(mine, other)) {
      throw new Error(
        `The weights of "${from}" have the shapes ${shapesText(other.shapes)}, those of "${layer}" ${shapesText(mine.shapes)}`,
      );
    }
  }
  const chosen = new Map<string, string | null>(named);
  for (const layer of own) {
    const other = byName.get(layer.name);
    if (!chosen.has(layer.name) && other !== undefined && isSame(layer, other)) {
      chosen.set(layer.name, other.name);
    }
  }
  const used = new Set(chosen.values());
  let next = 0;
  return own.map((layer) => {
    const known = chosen.get(layer.name);
    if (known !== undefined) return { layer: layer.name, from: known };
    const at = theirs.findIndex(
      (other, index) => index >= next && !used.has(other.name) && isSame(layer, other),
    );
    if (at < 0) return { layer: layer.name, from: null };
    next = at + 1;
    const { name } = theirs[at] as WeightedLayer;
    used.add(name);
    return { layer: layer.name, from: name };
  });
}

function isSame(a: WeightedLayer, b: WeightedLayer): boolean {
  return shapesText(a.shapes) === shapesText(b.shapes);
}

/** [5, 4] [4] */
export function shapesText(shapes: WeightedLayer['shapes']): string {
  return shapes.map((shape) => `[${shape.join(', ')}]`).join(' ');
}
