"""Observes a real `fit` without changing any of its results: each step's loss, and each epoch's order.

Keras logs running means only; a step's own loss is taken from inside the step as one more
output. Orders are taken where Keras draws them. Source of the places: Keras 3.9 to 3.16, backend/*/trainer.py
and trainers/data_adapters/array_data_adapter.py. Every tap ends with the `fit` that it was made for.
"""

import contextlib
import functools
import types

import numpy as np

from run_folder import sha256

LOSS = "twintrain_loss"
ROWS = "twintrain_rows"
# The stream of orders that come from the number of the epoch and from no generator.
BY_EPOCH = "epoch-number"


@contextlib.contextmanager
def replaced(owner, name, value):
    """Replaces an attribute while the block runs; on a model, bypassing Keras' attribute tracking."""
    is_plain = isinstance(owner, (type, types.ModuleType))
    put, take = (setattr, delattr) if is_plain else (object.__setattr__, object.__delattr__)
    before = vars(owner).get(name)
    put(owner, name, value)
    try:
        yield
    finally:
        if before is None:
            take(owner, name)
        else:
            put(owner, name, before)


def adapter_class():
    from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

    return ArrayDataAdapter


def state_of_epoch(adapter):
    """Since 3.16 an epoch's order comes from its number alone; None where a generator is drawn from."""
    return sha256(str(int(adapter._epoch)).encode()) if hasattr(adapter, "_epoch") else None


@contextlib.contextmanager
def watched_step(model, watch, around):
    """Every step of training goes through `around(step, *args)`, once, however often Keras makes it.

    A step that is to be observed is computed by its observer instead.
    """
    make = model.make_train_function

    def make_train_function(*args, **options):
        make(*args, **options)
        inner = model.train_function
        if getattr(inner, "is_watched", False):
            return

        def step(*args):
            return around(watch.observer() or inner, *args)

        step.is_watched = True
        model.train_function = step

    with replaced(model, "make_train_function", make_train_function):
        yield


@contextlib.contextmanager
def jax_taps(model, watch):
    """The jitted step has one more output. State is read before the next call, which donates its buffers."""
    captured = watch.captured
    update, step = model._update_metrics_variables, model.train_step

    @functools.wraps(update)
    def update_metrics(metrics_variables, unscaled_loss, *args, **options):
        captured["loss"] = unscaled_loss
        return update(metrics_variables, unscaled_loss, *args, **options)

    @functools.wraps(step)
    def train_step(state, data):
        logs, state = step(state, data)
        return {**logs, LOSS: captured.pop("loss")}, state

    def around(inner, state, iterator):
        watch.before_step()
        logs, state = inner(state, iterator)
        variables = [*model.trainable_variables, *model.non_trainable_variables]
        values = dict(zip(map(id, variables), [*state[0], *state[1]]))
        watch.after_step(logs.pop(LOSS), lambda variable: np.asarray(values[id(variable)]))
        return logs, state

    with (
        replaced(model, "_update_metrics_variables", update_metrics),
        replaced(model, "train_step", train_step),
        watched_step(model, watch, around),
        permutations(watch),
    ):
        yield


@contextlib.contextmanager
def torch_taps(model, watch):
    """Everything is eager; the order is taken from the sampler, drawn whole at its first row."""
    import torch

    captured, compute, adapter = watch.captured, model._compute_loss, adapter_class()
    sampler, loader_of = torch.utils.data.RandomSampler, adapter.get_torch_dataloader
    rows_of = sampler.__iter__

    @functools.wraps(compute)
    def compute_loss(*args, **options):
        captured["loss"] = loss = compute(*args, **options)
        return loss

    def around(inner, data):
        watch.before_step()
        logs = inner(data)
        watch.after_step(captured.pop("loss").detach(), value_of)
        return logs

    def drawn(self):
        state = sha256(torch.get_rng_state().numpy().tobytes())
        rows = list(rows_of(self))
        watch.order(rows, "torch", state)
        return iter(rows)

    def get_torch_dataloader(self):
        loader = loader_of(self)
        if self._shuffle and state_of_epoch(self) is not None:
            watch_batches(type(loader.batch_sampler), self)
        return loader

    def watch_batches(batch_sampler, adapter):
        # The class is made anew for each loader, and is gone with it.
        batches_of = batch_sampler.__iter__

        def noted(self):
            batches = list(batches_of(self))
            watch.order([row for batch in batches for row in batch], BY_EPOCH, state_of_epoch(adapter))
            return iter(batches)

        batch_sampler.__iter__ = noted

    with (
        replaced(model, "_compute_loss", compute_loss),
        watched_step(model, watch, around),
        replaced(sampler, "__iter__", drawn),
        replaced(adapter, "get_torch_dataloader", get_torch_dataloader),
    ):
        yield


@contextlib.contextmanager
def tensorflow_taps(model, watch):
    """Row numbers travel with the rows through the input pipeline, and are removed in the step."""
    captured = watch.captured
    compute, step, build = model._compute_loss, model.train_step, model._maybe_symbolic_build
    adapter = adapter_class()
    dataset_of = adapter.get_tf_dataset

    @functools.wraps(compute)
    def compute_loss(*args, **options):
        captured["loss"] = loss = compute(*args, **options)
        return loss

    @functools.wraps(step)
    def train_step(data):
        rows = None
        if isinstance(data, dict) and ROWS in data:
            rows, data = data[ROWS], data["data"]
        logs = {**step(data), LOSS: captured.pop("loss")}
        return logs if rows is None else {**logs, ROWS: rows}

    def around(inner, iterator):
        watch.before_step()
        logs = dict(inner(iterator))
        rows = logs.pop(ROWS, None)
        if rows is not None:
            watch.batch(rows, captured["stream"])
        watch.after_step(logs.pop(LOSS), value_of)
        return logs

    def get_tf_dataset(self):
        if not self._shuffle:
            return dataset_of(self)
        captured["stream"] = "tensorflow" if state_of_epoch(self) is None else BY_EPOCH
        inputs = self._inputs
        self._inputs = {ROWS: np.arange(self._num_samples, dtype=np.int64), "data": inputs}
        try:
            return dataset_of(self)
        finally:
            self._inputs = inputs

    def symbolic_build(iterator=None, data_batch=None):
        return build(iterator=iterator and WithoutRows(iterator), data_batch=data_batch)

    with (
        replaced(model, "_compute_loss", compute_loss),
        replaced(model, "train_step", train_step),
        replaced(model, "_maybe_symbolic_build", symbolic_build),
        watched_step(model, watch, around),
        replaced(adapter, "get_tf_dataset", get_tf_dataset),
    ):
        yield


class WithoutRows:
    """An epoch iterator whose batches are as they would be without row numbers."""

    def __init__(self, iterator):
        self._iterator = iterator

    def __iter__(self):
        for begin, end, batches in self._iterator:
            yield begin, end, map(lambda data: data["data"] if isinstance(data, dict) and ROWS in data else data, batches)


def value_of(variable):
    """A variable's current value, on backends that update variables in every step."""
    import keras

    return keras.ops.convert_to_numpy(variable.value)


@contextlib.contextmanager
def permutations(watch):
    """The orders on JAX, permutations of NumPy. One is drawn and thrown away before the first epoch."""
    adapter = adapter_class()
    iterate = adapter._get_iterator

    def _get_iterator(self, slice_and_convert, inputs, *args, **options):
        batches = iterate(self, slice_and_convert, inputs, *args, **options)
        if not self._shuffle:
            yield from batches
            return
        drawn = []
        by_epoch = state_of_epoch(self)
        if by_epoch is None:
            name, keys, place, *rest = np.random.get_state()
            stream, state = "numpy", sha256(keys.tobytes() + repr((place, rest)).encode())
            tap = replaced(np.random, "permutation", noting(np.random.permutation, drawn))
        else:
            stream, state = BY_EPOCH, by_epoch
            tap = replaced(np.random, "default_rng", noting_generator(np.random.default_rng, drawn))
        with tap:
            first = next(batches, None)
        if drawn:
            watch.order(drawn[0], stream, state)
        if first is not None:
            yield first
            yield from batches

    with replaced(adapter, "_get_iterator", _get_iterator):
        yield


def noting(permutation, drawn):
    """The same draw, which also appends what it gave to `drawn`."""

    def noted(rows):
        drawn.append(permutation(rows))
        return drawn[-1]

    return noted


def noting_generator(default_rng, drawn):
    """Generators whose permutations are noted."""

    def made(*args):
        generator = default_rng(*args)
        return types.SimpleNamespace(permutation=noting(generator.permutation, drawn))

    return made


TAPS = {"jax": jax_taps, "tensorflow": tensorflow_taps, "torch": torch_taps}
