"""One step on JAX, as it is compiled, with the result of every equation of its jaxpr.

XLA joins equations, and returning a result can undo that. So results are returned in as large groups as leave
the step's own results as they are, bit for bit: then they are the values of the step itself. An equation whose
result cannot be returned without changing the step is computed by itself from those values, and says so.
"""

import re
import time
from typing import NamedTuple

import jax
import numpy as np
from jax.extend import core

from places import LOSS, METRICS, Places, backward_of, batch_leaves, seeds_of, slots_of
from run_folder import sha256
from step_trace import StepTrace

# Compiling stops after this time; what is left is computed by itself.
SECONDS = 180
# Loops of more equations than this in all are not looked into.
MOST_EQUATIONS = 20_000
# They choose or repeat at run time, so they stay whole.
LOOPS = ("scan", "while", "cond")
SCOPE = re.compile(r"twintrain(\d+)")


def observed_step(model, folder, step, weights):
    """The train function for one step: (state, iterator) -> (logs, state)."""

    def observed(state, iterator):
        data = next(iterator)
        scopes = [LOSS]

        def scope(place):
            scopes.append(place)
            return jax.named_scope(f"twintrain{len(scopes) - 1}")

        # A function of its own: JAX remembers what it traced by the function.
        with Places(model, weights, scope).followed():
            closed, shape = jax.make_jaxpr(lambda *own: model.train_step(*own), return_shape=True)(state, data)
        leaves = named_leaves(model, state, data, weights)
        trace = StepTrace(folder, step, "jax")
        results = Observation(closed, leaves, scopes).write(trace)
        trace.close()
        return jax.tree_util.tree_unflatten(jax.tree_util.tree_structure(shape), results)

    return observed


def named_leaves(model, state, data, weights):
    """[(kind, name, array)] of all that the step is given, in the order of the tree."""
    names = {id(variable): ("weight", f"{layer}/{role}") for layer, role, variable in weights}
    names.update({id(variable): (kind, name) for kind, name, variable in slots_of(model, weights)})
    names.update({id(variable): ("seeds", layer) for layer, variable in seeds_of(model)})
    variables = [
        *model.trainable_variables,
        *model.non_trainable_variables,
        *model.optimizer.variables,
        *model.metrics_variables,
    ]
    leaves = jax.tree_util.tree_leaves(state)
    given = [(*names.get(id(variable), ("constant", "")), leaf) for variable, leaf in zip(variables, leaves, strict=True)]
    batch = [("batch", name, leaf) for name, leaf in batch_leaves(data)]
    return [*given, *batch]


class Flat(NamedTuple):
    """An equation among all of a program. Values have numbers."""

    equation: object
    scope: str
    inputs: list
    outputs: list


class Program:
    """All equations of a jaxpr, with those of the functions that it calls."""

    def __init__(self, closed, scope=""):
        self.constants = {}
        self.equations = []
        self._count = 0
        self.inputs = [self._new() for _ in closed.jaxpr.invars]
        self.outputs = self._flatten(closed, self.inputs, scope)

    def evaluate(self, args, kept=range(0)):
        """Computes all. Returns the results, and the results of the equations whose places are in `kept`."""
        values = {**self.constants, **dict(zip(self.inputs, args))}
        results = []
        for at, (equation, _, inputs, outputs) in enumerate(self.equations):
            made = bound(equation, [values[own] for own in inputs])
            values.update(zip(outputs, made))
            if at in kept:
                results.append(made)
        return [values[own] for own in self.outputs], results

    def _flatten(self, inner, inputs, scope):
        """inner: a closed or open jaxpr; inputs and the result: numbers of values."""
        jaxpr = getattr(inner, "jaxpr", inner)
        consts = [self._constant(own) for own in getattr(inner, "consts", [])]
        known = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*consts, *inputs]))

        def number_of(own):
            return self._constant(own.val) if isinstance(own, core.Literal) else known[own]

        for equation in jaxpr.eqns:
            own = [number_of(variable) for variable in equation.invars]
            within = f"{scope}/{equation.source_info.name_stack}"
            called = called_by(equation)
            if called is None:
                outputs = [self._new() for _ in equation.outvars]
                self.equations.append(Flat(equation, within, own, outputs))
            else:
                outputs = self._flatten(called, own, within)
            known.update(zip(equation.outvars, outputs))
        return [number_of(own) for own in jaxpr.outvars]

    def _new(self):
        self._count += 1
        return self._count

    def _constant(self, value):
        number = self._new()
        self.constants[number] = value
        return number


class Observation:
    def __init__(self, closed, leaves, scopes):
        """leaves: as named_leaves gives them; scopes: the places that `twintrain<number>` stand for."""
        self._program, self._leaves, self._scopes = Program(closed), leaves, scopes
        self._args = [jax.numpy.asarray(leaf) for _, _, leaf in leaves]

    def write(self, trace):
        """Notes everything. Returns the step's results."""
        program = self._program
        results, values = self._values()
        noted = {own: trace.number(numbers(value)) for own, value in program.constants.items()}
        for own, (kind, name, _), value in zip(program.inputs, self._leaves, self._args):
            noted[own] = trace.source(kind, name, numbers(value))
        computed = {**program.constants, **dict(zip(program.inputs, self._args))}
        for at, (equation, scope, inputs, outputs) in enumerate(program.equations):
            place = self._place(scope)
            made, is_apart = values.get(at), False
            if made is None:
                made, is_apart = bound(equation, [computed[own] for own in inputs]), True
            computed.update(zip(outputs, made))
            if place is METRICS:
                continue
            if equation.primitive.name == "scan":
                self._rounds(trace, equation.params, [(computed[own], noted[own]) for own in inputs], scope)
            noted.update((own, trace.value(numbers(value))) for own, value in zip(outputs, made))
            trace.op(
                equation.primitive.name,
                attributes_of(equation.params),
                [noted.get(own) for own in inputs],
                [noted[own] for own in outputs],
                place,
                is_apart,
            )
        return results

    def _values(self):
        """The step's results, and of each equation the values that it has in the step, by its place."""
        evaluate, args = self._program.evaluate, self._args
        results, _ = jax.jit(lambda *own: evaluate(own))(*args)
        wanted = [digest(own) for own in results]
        values, until = {}, time.monotonic() + SECONDS

        def keep(first, end):
            """Whether the step stays as it is while these equations' results are returned."""
            kept = range(first, end)
            own, made = jax.jit(lambda *given: evaluate(given, kept))(*args)
            if [digest(value) for value in own] != wanted:
                return False
            values.update(zip(kept, made))
            return True

        first, count = 0, len(self._program.equations)
        while first < count and not keep(first, count):
            # The longest beginning that can be returned ends before an equation that cannot.
            good, bad = first, count
            while bad - good > 1 and time.monotonic() < until:
                middle = (good + bad) // 2
                if keep(first, middle):
                    good = middle
                else:
                    bad = middle
            if time.monotonic() >= until:
                break
            first = good + 1
        return results, values

    def _rounds(self, trace, params, inputs, scope):
        """Notes a loop's equations as well, round by round and each by itself. inputs: [(value, its place)]."""
        inner, length = Program(params["jaxpr"], scope), params["length"]
        if length * len(inner.equations) > MOST_EQUATIONS:
            return
        consts, carries = params["num_consts"], params["num_carry"]
        fixed, carry, stacked = inputs[:consts], inputs[consts : consts + carries], inputs[consts + carries :]
        for at in range(length - 1, -1, -1) if params["reverse"] else range(length):
            parts = [(value[at], trace.number(numbers(value[at]))) for value, _ in stacked]
            known = dict(zip(inner.inputs, [*fixed, *carry, *parts]))
            known.update((own, (value, trace.number(numbers(value)))) for own, value in inner.constants.items())
            for equation, within, own, outputs in inner.equations:
                made = bound(equation, [known[each][0] for each in own])
                places = [trace.value(numbers(value)) for value in made]
                known.update(zip(outputs, zip(made, places)))
                name, attributes = equation.primitive.name, attributes_of(equation.params)
                trace.op(name, attributes, [known[each][1] for each in own], places, self._place(within), True)
            carry = [known[own] for own in inner.outputs[:carries]]

    def _place(self, scope):
        found = SCOPE.findall(scope)
        place = self._scopes[int(found[-1])] if found else LOSS
        return backward_of(place) if "transpose(" in scope else place


def called_by(equation):
    """The function that an equation calls, as closed or open jaxpr; None for an equation that computes."""
    if equation.primitive.name in LOOPS:
        return None
    params = equation.params
    return params.get("jaxpr") or params.get("call_jaxpr") or params.get("fun_jaxpr")


def bound(equation, values):
    """The equation's results. Older releases of JAX give a primitive's functions apart from its parameters."""
    given = equation.primitive.get_bind_params(equation.params)
    functions, params = given if isinstance(given, tuple) else ((), given)
    with equation.ctx.manager:
        results = equation.primitive.bind(*functions, *values, **params)
    return results if equation.primitive.multiple_results else [results]


def numbers(value):
    """As NumPy array; keys of generators as the numbers that they are made of."""
    if jax.dtypes.issubdtype(getattr(value, "dtype", np.float32), jax.dtypes.prng_key):
        return np.asarray(jax.random.key_data(value))
    return np.asarray(value)


def digest(value):
    return sha256(np.ascontiguousarray(numbers(value)).tobytes())


def attributes_of(params):
    """What decides what a primitive computes, as text; functions and addresses say nothing."""
    own = {name: str(value) for name, value in sorted(params.items()) if not hasattr(value, "eqns")}
    return "; ".join(f"{name}={text}" for name, text in own.items() if " at 0x" not in text and "{ lambda" not in text)
