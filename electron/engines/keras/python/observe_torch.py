"""One step on torch, operation by operation below autograd, which is how torch computes it anyway."""

import bisect
import contextlib

import keras
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

from places import LOSS, METRICS, Places, backward_of, batch_leaves, seeds_of, slots_of
from step_trace import StepTrace

# What they give is whatever the memory held, until something is written there.
UNSET = ("aten.empty", "aten.new_empty", "aten.resize_")
# The number of a node that no operation of the forward pass made.
NO_OPERATION = 2**63


def observed_step(model, folder, step, weights):
    """The train function for one step: (data) -> logs."""

    def observed(data):
        batch = data[0]
        trace = StepTrace(folder, step, "torch")
        marks = Marks()
        places = Places(model, weights, marks.scope)
        names = {id(variable): (layer, role) for layer, role, variable in weights}
        operations = Operations(trace, places, marks, [names.get(id(own)) for own in model.trainable_variables])
        for layer, role, variable in weights:
            operations.source("weight", f"{layer}/{role}", variable.value)
        for kind, name, variable in slots_of(model, weights):
            operations.source(kind, name, variable.value)
        for layer, variable in seeds_of(model):
            operations.source("seeds", layer, variable.value)
        if seeds_of(model):
            trace.source("seeds", "torch", torch.get_rng_state().numpy())
        for name, tensor in batch_leaves(batch):
            operations.source("batch", name, tensor)
        with places.followed(), operations:
            logs = model.train_step(batch)
        trace.close()
        return logs

    return observed


class Marks:
    """Which place each node of autograd was made at: nodes are numbered in the order of the forward pass."""

    def __init__(self):
        self._numbers, self._places = [], []

    @contextlib.contextmanager
    def scope(self, place):
        before = self._places[-1] if self._places else LOSS
        self._mark(place)
        try:
            yield
        finally:
            self._mark(before)

    def of(self, number):
        at = bisect.bisect_right(self._numbers, number) - 1
        return self._places[at] if at >= 0 else LOSS

    def _mark(self, place):
        self._numbers.append(torch.autograd._get_sequence_nr())
        self._places.append(place)


class Operations(TorchDispatchMode):
    def __init__(self, trace, places, marks, updated):
        """updated: (layer, role) of each weight in the order of the optimiser's lists."""
        super().__init__()
        self._trace, self._places, self._marks = trace, places, marks
        self._updated = updated
        self._known, self._written = {}, {}
        # Memory that is let go would be given to others.
        self._alive = []

    def source(self, kind, name, tensor):
        if isinstance(tensor, torch.Tensor):
            self._known[self._key(tensor)] = self._trace.source(kind, name, numbers(tensor))
        elif tensor is not None:
            self._trace.source(kind, name, tensor)

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        place = self._place()
        if place is METRICS:
            return function(*args, **kwargs)
        name = str(function).removesuffix(".default")
        # Before it is called: it may write to them.
        rows = [(self._row(args, at), weight) for at, weight in self._rows(name, args)]
        inputs = [[self._input(own) for own in tree_flatten((row, kwargs))[0]] for row, _ in rows]
        result = function(*args, **kwargs)
        changed = [args[at] for at in written_arguments(function) if at < len(args)]
        for tensor in tree_flatten(changed)[0]:
            if isinstance(tensor, torch.Tensor):
                storage = tensor.untyped_storage().data_ptr()
                self._written[storage] = self._written.get(storage, 0) + 1
        made = result if result is not None else changed
        for index, ((row, weight), own) in enumerate(zip(rows, inputs)):
            outputs = tree_flatten(made if weight is None else row_of_results(made, index))[0]
            at = place if weight is None else {**place, "layer": weight[0], "role": weight[1]}
            noted = [self._note(output, is_set=not name.startswith(UNSET)) for output in outputs]
            self._trace.op(name, attributes_of(row, kwargs), own, noted, at)
        return result

    def _rows(self, name, args):
        """[(place in its lists, weight)]: a list operation of the update is one operation for each weight."""
        lengths = [len(own) for own in args if isinstance(own, (list, tuple))]
        is_update = self._places.now["pass"] == "update"
        if not is_update or "_foreach_" not in name or lengths[:1] != [len(self._updated)]:
            return [(None, None)]
        return list(enumerate(self._updated))

    def _row(self, args, at):
        if at is None:
            return args
        return [own[at] if isinstance(own, (list, tuple)) and len(own) > at else own for own in args]

    def _place(self):
        node = torch._C._current_autograd_node()
        if node is None:
            return self._places.now
        number = node._sequence_nr()
        return backward_of(self._marks.of(number) if number < NO_OPERATION else LOSS)

    def _input(self, own):
        if isinstance(own, torch.Tensor):
            key = self._key(own)
            if key not in self._known:
                self._known[key] = self._trace.number(numbers(own))
            return self._known[key]
        return self._trace.number(own) if isinstance(own, float) else None

    def _note(self, own, is_set):
        if not isinstance(own, torch.Tensor):
            return None
        place = self._known[self._key(own)] = self._trace.value(numbers(own)) if is_set else None
        return place

    def _key(self, tensor):
        """What it is for as long as nothing writes to its memory."""
        self._alive.append(tensor)
        storage = tensor.untyped_storage().data_ptr()
        view = (tensor.storage_offset(), tuple(tensor.shape), tensor.stride(), tensor.dtype)
        return storage, self._written.get(storage, 0), view


def row_of_results(made, index):
    """Of a list operation: what it made for one entry of its lists."""
    lists = made if isinstance(made[0], (list, tuple)) else [made]
    return [own[index] for own in lists if isinstance(own, (list, tuple))]


def written_arguments(function):
    """The places of the arguments that an operation writes to, by its schema."""
    arguments = function._schema.arguments
    return [at for at, own in enumerate(arguments) if own.alias_info is not None and own.alias_info.is_write]


def numbers(tensor):
    return tensor.detach().cpu().numpy() if tensor.dtype != torch.bfloat16 else tensor.detach().float().cpu().numpy()


def attributes_of(args, kwargs):
    """Arguments that are neither tensors nor numbers of a formula, as text."""
    plain = lambda own: own is None or isinstance(own, (bool, int, str, torch.dtype))
    return str([own for own in tree_flatten((args, kwargs))[0] if plain(own)])
