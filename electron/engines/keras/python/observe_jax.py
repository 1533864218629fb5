"""One step on JAX, equation by equation of its jaxpr.

The equations are those that JAX compiles; XLA joins them in the compiled step, so that results may round
otherwise there.
"""

import re

import jax
import numpy as np
from jax.extend import core

from places import LOSS, METRICS, Places, backward_of, seeds_of, slots_of
from step_trace import StepTrace

# Loops of more equations than this in all are one operation.
MOST_EQUATIONS = 20_000
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
        trace = StepTrace(folder, step, "jax")
        results = Equations(trace, scopes).run(closed, named_leaves(model, state, data, weights))
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
    batch = [("batch", name, leaf) for name, leaf in zip(("inputs", "targets"), jax.tree_util.tree_leaves(data))]
    return [*given, *batch]


class Equations:
    """Computes equations one after the other and notes each."""

    def __init__(self, trace, scopes):
        """scopes: the places that the named scopes `twintrain<number>` stand for."""
        self._trace, self._scopes = trace, scopes

    def run(self, closed, leaves):
        args = []
        for kind, name, leaf in leaves:
            value = jax.numpy.asarray(leaf)
            args.append((value, self._trace.source(kind, name, numbers(value))))
        consts = [(value, self._trace.number(numbers(value))) for value in closed.consts]
        return [value for value, _ in self._jaxpr(closed.jaxpr, consts, args, "")]

    def _jaxpr(self, jaxpr, consts, args, scope):
        """consts, args and the result: [(value, its place)]."""
        known = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*consts, *args]))

        def read(own):
            if not isinstance(own, core.Literal):
                return known[own]
            return own.val, self._trace.number(numbers(own.val))

        for equation in jaxpr.eqns:
            inputs = [read(own) for own in equation.invars]
            outputs = self._equation(equation, inputs, f"{scope}/{equation.source_info.name_stack}")
            known.update(zip(equation.outvars, outputs))
        return [read(own) for own in jaxpr.outvars]

    def _equation(self, equation, inputs, scope):
        name, params = equation.primitive.name, equation.params
        inner = params.get("jaxpr") or params.get("call_jaxpr") or params.get("fun_jaxpr")
        if name == "scan" and params["length"] * size_of(inner) <= MOST_EQUATIONS:
            return self._scan(params, inputs, scope)
        if name == "cond":
            return self._closed(params["branches"][int(inputs[0][0])], inputs[1:], scope)
        if inner is not None and name not in ("scan", "while", "cond"):
            return self._closed(inner, inputs, scope)
        values = bound(equation, [value for value, _ in inputs])
        place = self._place(scope)
        if place is METRICS:
            return [(value, None) for value in values]
        outputs = [(value, self._trace.value(numbers(value))) for value in values]
        self._trace.op(name, attributes_of(params), [at for _, at in inputs], [at for _, at in outputs], place)
        return outputs

    def _closed(self, inner, inputs, scope):
        """A function that is called, as closed or open jaxpr."""
        if not hasattr(inner, "jaxpr"):
            return self._jaxpr(inner, [], inputs, scope)
        return self._jaxpr(inner.jaxpr, [(value, None) for value in inner.consts], inputs, scope)

    def _scan(self, params, inputs, scope):
        """A loop, as its rounds one after the other."""
        consts, carries = params["num_consts"], params["num_carry"]
        fixed, carry, stacked = inputs[:consts], inputs[consts : consts + carries], inputs[consts + carries :]
        length = params["length"]
        rounds = range(length - 1, -1, -1) if params["reverse"] else range(length)
        results = [None] * length
        for at in rounds:
            own = [self._taken(value, at, place, scope) for value, place in stacked]
            made = self._closed(params["jaxpr"], [*fixed, *carry, *own], scope)
            carry, results[at] = made[:carries], made[carries:]
        return [*carry, *(self._stacked(list(parts), scope) for parts in zip(*results))]

    def _taken(self, value, at, place, scope):
        part = value[at]
        return part, self._moved("slice", part, [place], scope)

    def _stacked(self, parts, scope):
        whole = jax.numpy.stack([value for value, _ in parts])
        return whole, self._moved("concatenate", whole, [place for _, place in parts], scope)

    def _moved(self, name, value, inputs, scope):
        place = self._place(scope)
        if place is METRICS:
            return None
        noted = self._trace.value(numbers(value))
        self._trace.op(name, "", inputs, [noted], place)
        return noted

    def _place(self, scope):
        found = SCOPE.findall(scope)
        place = self._scopes[int(found[-1])] if found else LOSS
        return backward_of(place) if "transpose(" in scope else place


def bound(equation, values):
    """The equation's results. Older releases of JAX give a primitive's functions apart from its parameters."""
    given = equation.primitive.get_bind_params(equation.params)
    functions, params = given if isinstance(given, tuple) else ((), given)
    with equation.ctx.manager:
        results = equation.primitive.bind(*functions, *values, **params)
    return results if equation.primitive.multiple_results else [results]


def size_of(inner):
    """How many equations a jaxpr has, with those inside it."""
    jaxpr = getattr(inner, "jaxpr", inner)
    within = [own for equation in jaxpr.eqns for own in equation.params.values() if hasattr(own, "eqns") or hasattr(own, "jaxpr")]
    return len(jaxpr.eqns) + sum(size_of(own) for own in within)


def numbers(value):
    """As NumPy array; keys of generators as the numbers that they are made of."""
    if jax.dtypes.issubdtype(getattr(value, "dtype", np.float32), jax.dtypes.prng_key):
        return np.asarray(jax.random.key_data(value))
    return np.asarray(value)


def attributes_of(params):
    """What decides what a primitive computes, as text; functions and addresses say nothing."""
    own = {name: str(value) for name, value in sorted(params.items()) if not hasattr(value, "eqns")}
    return "; ".join(f"{name}={text}" for name, text in own.items() if " at 0x" not in text and "{ lambda" not in text)
