/** A layer within a layer: how its weights are named here, in Keras and in Keras' files. */
export interface LayerPart {
  /** Begins the roles of its weights, as `query` in `queryKernel`; empty if there is only one part. */
  readonly prefix: string;
  /** Begins the segment of its variables' paths that names it: `query` in `attention/query/kernel`. */
  readonly path: string;
  /** Its group within the layer's own in a `.keras` file. */
  readonly group: string;
}

/** A part that shares its weights' names with the layer around it. */
export function onlyPart(group: string): readonly LayerPart[] {
  return [{ prefix: '', path: '', group }];
}

/** The part that a weight belongs to; null if it is the layer's own. */
export function partOf(parts: readonly LayerPart[], role: string): LayerPart | null {
  return parts.find(({ prefix }) => roleAfter(prefix, role) !== null) ?? null;
}

/** query, kernel -> queryKernel: what the layer calls a weight of a part. */
export function roleOfPart(prefix: string, role: string): string {
  return `${prefix}${role.charAt(0).toUpperCase()}${role.slice(1)}`;
}

/** queryKernel -> kernel: what the part itself calls the weight. */
export function roleInPart(parts: readonly LayerPart[], role: string): string {
  const part = partOf(parts, role);
  return part === null ? role : (roleAfter(part.prefix, role) ?? role);
}

function roleAfter(prefix: string, role: string): string | null {
  if (prefix === '') return role;
  const rest = role.slice(prefix.length);
  return role.startsWith(prefix) && /^[A-Z]/.test(rest)
    ? `${rest.charAt(0).toLowerCase()}${rest.slice(1)}`
    : null;
}
