"""Pictures changed at random before each epoch, by maps that the host drew.

The arithmetic is that of augmentedRows.ts, operation by operation in doubles, so that every engine sees the
same bits.
"""

import numpy as np

PIECE = 256


def augmented(pictures, maps):
    """pictures: float32 [rows, height, width, channels]; maps: float64 [rows, 6], as PixelMap has them.
    Returns float32 of the same shape."""
    parts = [changed(pictures[at : at + PIECE], maps[at : at + PIECE]) for at in range(0, len(pictures), PIECE)]
    return np.concatenate(parts)


def changed(pictures, maps):
    rows, height, width = pictures.shape[:3]
    y, x = np.meshgrid(np.arange(height, dtype=np.float64), np.arange(width, dtype=np.float64), indexing="ij")
    a, b, c, d, e, f = (maps[:, own, None, None] for own in range(6))
    at_x, at_y = a * x + b * y + c, d * x + e * y + f
    left, top = np.floor(at_x), np.floor(at_y)
    right, below = (at_x - left)[..., None], (at_y - top)[..., None]
    x0, x1 = inside(left, width), inside(left + 1, width)
    y0, y1 = inside(top, height), inside(top + 1, height)
    row = np.arange(rows)[:, None, None]
    values = pictures.astype(np.float64)
    upper = values[row, y0, x0] * (1 - right) + values[row, y0, x1] * right
    lower = values[row, y1, x0] * (1 - right) + values[row, y1, x1] * right
    return (upper * (1 - below) + lower * below).astype(np.float32)


def inside(place, count):
    """Mirrored at the edges as often as needed: d c b a | a b c d | d c b a."""
    around = np.mod(place.astype(np.int64), 2 * count)
    return np.where(around < count, around, 2 * count - 1 - around)
