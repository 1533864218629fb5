const tokens = {
  space: /[ \t\n\r]*/y,
  string: /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[\x7f-\x9f])*"/uy,
  scalar: /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y,
} as const;

/**
 * Where a text stops being JSON (RFC 8259), from 0; its length if it ends too early. Engines differ in whether
 * their errors have the place.
 * @param text that JSON.parse refuses
 */
export function jsonErrorAt(text: string): number {
  let at = 0;
  const open: ('{' | '[')[] = [];
  const take = (kind: keyof typeof tokens): boolean => {
    const pattern = tokens[kind];
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at += found[0].length;
    return found !== null;
  };
  const takeSign = (signs: string): string | null => {
    take('space');
    const sign = text[at];
    if (sign === undefined || !signs.includes(sign)) return null;
    at++;
    return sign;
  };
  /** The name before a value, and the colon. */
  const takeName = (): boolean => {
    take('space');
    return take('string') && takeSign(':') !== null;
  };
  for (;;) {
    const opened = takeSign('{[') as '{' | '[' | null;
    if (opened !== null) {
      if (takeSign(opened === '{' ? '}' : ']') === null) {
        open.push(opened);
        if (opened === '{' && !takeName()) return at;
        continue;
      }
    } else if (!take('string') && !take('scalar')) return at;
    // After a value: what is open ends, or goes on.
    for (;;) {
      const last = open.at(-1);
      if (last === undefined) {
        take('space');
        return at;
      }
      const sign = takeSign(last === '{' ? ',}' : ',]');
      if (sign === null) return at;
      if (sign === ',') {
        if (last === '{' && !takeName()) return at;
        break;
      }
      open.pop();
    }
  }
}
