// @ts-check
import { encode } from 'fast-png';

const [BLUE, VERMILION, GROUND] = [
  [0, 114, 178],
  [213, 94, 0],
  [251, 251, 250],
];

/**
 * The icon: two loss curves that fall together, then diverge, blue and vermilion, on a light tile.
 * @param {number} size pixels of a side
 * @returns {Uint8Array} PNG
 */
export function drawIcon(size) {
  const data = new Uint8Array(size * size * 4);
  const unit = size / 64;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      // 4 by 4 samples per pixel smooth every edge.
      const sum = [0, 0, 0, 0];
      for (let sample = 0; sample < 16; sample++) {
        const x = (column + (sample % 4) / 4 + 0.125) / unit;
        const y = (row + Math.floor(sample / 4) / 4 + 0.125) / unit;
        const colour = colourAt(x, y);
        if (colour === null) continue;
        colour.forEach((part, place) => (sum[place] = (sum[place] ?? 0) + part));
        sum[3] = (sum[3] ?? 0) + 1;
      }
      const covered = sum[3] ?? 0;
      const at = (row * size + column) * 4;
      for (let place = 0; place < 3; place++) {
        data[at + place] = covered === 0 ? 0 : Math.round((sum[place] ?? 0) / covered);
      }
      data[at + 3] = Math.round((covered / 16) * 255);
    }
  }
  return encode({ width: size, height: size, data, channels: 4 });
}

/** @param {number} x @param {number} y of 64 @returns {readonly number[] | null} */
function colourAt(x, y) {
  if (cornerDistance(x, y) > 0) return null;
  if (Math.abs(y - curve(x, 1)) < 2.6 && x > 10 && x < 54) return VERMILION ?? null;
  if (Math.abs(y - curve(x, 0)) < 2.6 && x > 10 && x < 54) return BLUE ?? null;
  return GROUND ?? null;
}

/** A falling curve; the second leaves the first half way. @param {number} x @param {0 | 1} which */
function curve(x, which) {
  const fall = 50 - 36 * Math.exp(-(x - 10) / 12);
  return fall - (which === 1 ? Math.max(0, x - 28) ** 1.5 / 9 : 0);
}

/** Positive outside a tile with round corners. @param {number} x @param {number} y */
function cornerDistance(x, y) {
  const [dx, dy] = [Math.abs(x - 32) - 20, Math.abs(y - 32) - 20];
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) - 10;
}
