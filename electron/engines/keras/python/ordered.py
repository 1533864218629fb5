"""Batches in a given order for each epoch."""

import keras


def cut(inputs, rows):
    """Some rows of an input, or of each of several."""
    return tuple(own[rows] for own in inputs) if isinstance(inputs, tuple) else inputs[rows]


class Ordered(keras.utils.PyDataset):
    def __init__(self, arrays, orders, batch_size, changes=None):
        """arrays: inputs (one or several), targets and weights [rows, ...], the last None where all rows count the same;
        orders: one array of row numbers per epoch; changes: (epoch) -> the epoch's own inputs, or None."""
        super().__init__(workers=1)
        self._arrays = [own for own in arrays if own is not None]
        self._orders, self._batch_size, self._changes = orders, batch_size, changes
        # Keras also calls on_epoch_end before the first epoch, so counting its calls would mislead.
        self.epoch = 1
        self._changed_for = 0

    def __len__(self):
        return -(-len(self._orders[0]) // self._batch_size)

    def __getitem__(self, index):
        if self._changes is not None and self._changed_for != self.epoch:
            self._arrays[0], self._changed_for = self._changes(self.epoch), self.epoch
        order = self._orders[self.epoch - 1]
        rows = order[index * self._batch_size : (index + 1) * self._batch_size]
        inputs, *others = self._arrays
        return (cut(inputs, rows), *(own[rows] for own in others))
