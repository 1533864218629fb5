"""Trains the bench's networks with other libraries: python3 peers.py PEER NET.

Speaks the runner's protocol: a line of JSON when the first step is done, then one for every line
with a number of steps read from standard input. All use Adam with Keras' defaults, categorical
cross-entropy on softmax outputs, and the same shapes of data. The loops that compile do the work of
ours: rows in a shuffled order that is an input, a learning rate for each step, every step's loss.
"""

import functools
import json
import os
import resource
import sys
import time

import numpy as np

# name: (input shape, batch, layers)
NETS = {
    "20-64-64-10 b32": ((20,), 32, [("dense", 64), ("dense", 64), ("dense", 10)]),
    "784-512-512-10 b128": ((784,), 128, [("dense", 512), ("dense", 512), ("dense", 10)]),
    "lenet b64": (
        (28, 28, 1),
        64,
        [
            ("conv", 6, "same"),
            ("pool",),
            ("conv", 16, "valid"),
            ("pool",),
            ("flatten",),
            ("dense", 120),
            ("dense", 84),
            ("dense", 10),
        ],
    ),
    "lstm 12x16 b32": ((12, 8), 32, [("lstm", 16), ("dense", 10)]),
}
BATCHES = 16


def made_up(shape, batch):
    """Standard normal rows [16 * batch, ...] and one-hot classes."""
    draw = np.random.default_rng(7)
    rows = BATCHES * batch
    x = draw.standard_normal((rows, *shape), dtype=np.float32)
    y = np.eye(10, dtype=np.float32)[draw.integers(0, 10, rows)]
    return x, y


@functools.cache
def orders(steps, batch):
    """Rows of each step [steps, batch], reshuffled every 16 steps, and learning rates [steps]."""
    draw = np.random.default_rng(steps)
    epochs = [draw.permutation(BATCHES * batch) for _ in range(-(-steps // BATCHES))]
    rows = np.concatenate(epochs).astype(np.int32).reshape(-1, batch)[:steps]
    return rows, np.full(steps, 0.001, np.float32)


def keras_model(shape, layers):
    import keras

    made = [keras.Input(shape)]
    for index, (kind, *size) in enumerate(layers):
        is_last = index == len(layers) - 1
        if kind == "dense":
            made.append(keras.layers.Dense(size[0], activation="softmax" if is_last else "relu"))
        elif kind == "conv":
            made.append(keras.layers.Conv2D(size[0], 5, padding=size[1], activation="relu"))
        elif kind == "pool":
            made.append(keras.layers.MaxPooling2D())
        elif kind == "flatten":
            made.append(keras.layers.Flatten())
        else:
            made.append(keras.layers.LSTM(size[0]))
    return keras.Sequential(made)


def keras_fit(shape, batch, layers):
    model = keras_model(shape, layers)
    model.compile("adam", "categorical_crossentropy")
    x, y = made_up(shape, batch)

    def run(steps):
        while steps > 0:
            rows = min(steps, BATCHES) * batch
            model.fit(x[:rows], y[:rows], batch_size=batch, shuffle=False, verbose=0)
            steps -= BATCHES

    return run


def tf_loop(shape, batch, layers):
    """The whole loop inside one tf.function."""
    import keras
    import tensorflow as tf

    model = keras_model(shape, layers)
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    x, y = (tf.constant(part) for part in made_up(shape, batch))

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, batch), tf.int32),
            tf.TensorSpec((None,), tf.float32),
        ]
    )
    def train(rows, rates):
        steps = tf.shape(rows)[0]
        noted = tf.TensorArray(tf.float32, steps, element_shape=())
        for step in tf.range(steps):
            own_x, own_y = tf.gather(x, rows[step]), tf.gather(y, rows[step])
            optimizer.learning_rate = rates[step]
            with tf.GradientTape() as tape:
                output = model(own_x, training=True)
                losses = keras.losses.categorical_crossentropy(own_y, output)
                loss = tf.reduce_mean(losses)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply(gradients, model.trainable_variables)
            noted = noted.write(step, loss)
        return noted.stack()

    return lambda steps: train(*orders(steps, batch)).numpy()


def jax_parts(shape, batch, layers):
    """Weights, data and one Adam step in plain JAX."""
    import jax
    import jax.numpy as jnp

    draw = np.random.default_rng(1)
    weight = lambda *size: jnp.asarray(draw.standard_normal(size, dtype=np.float32) * 0.05)
    weights, forward, at = [], [], shape
    for index, (kind, *size) in enumerate(layers):
        act = jax.nn.softmax if index == len(layers) - 1 else jax.nn.relu
        if kind == "dense":
            weights.append((weight(at[0], size[0]), jnp.zeros(size[0])))
            forward.append(lambda w, h, act=act: act(h @ w[0] + w[1]))
            at = (size[0],)
        elif kind == "conv":
            weights.append((weight(5, 5, at[2], size[0]), jnp.zeros(size[0])))
            pad = size[1].upper()
            forward.append(
                lambda w, h, pad=pad: jax.nn.relu(
                    jax.lax.conv_general_dilated(
                        h, w[0], (1, 1), pad, dimension_numbers=("NHWC", "HWIO", "NHWC")
                    )
                    + w[1]
                )
            )
            shrink = 0 if pad == "SAME" else 4
            at = (at[0] - shrink, at[1] - shrink, size[0])
        elif kind == "pool":
            weights.append(())
            forward.append(
                lambda w, h: jax.lax.reduce_window(
                    h, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID"
                )
            )
            at = (at[0] // 2, at[1] // 2, at[2])
        elif kind == "flatten":
            weights.append(())
            forward.append(lambda w, h: h.reshape(h.shape[0], -1))
            at = (int(np.prod(at)),)
        else:
            units = size[0]
            weights.append((weight(at[1], 4 * units), weight(units, 4 * units), jnp.zeros(4 * units)))

            def lstm(w, h, units=units):
                def cell(carry, x):
                    state, memory = carry
                    i, f, c, o = jnp.split(x @ w[0] + state @ w[1] + w[2], 4, axis=-1)
                    memory = jax.nn.sigmoid(f) * memory + jax.nn.sigmoid(i) * jnp.tanh(c)
                    return (jax.nn.sigmoid(o) * jnp.tanh(memory), memory), None

                zero = jnp.zeros((h.shape[0], units))
                return jax.lax.scan(cell, (zero, zero), h.swapaxes(0, 1))[0][0]

            forward.append(lstm)
            at = (units,)

    def loss_of(params, x, y):
        for w, layer in zip(params, forward):
            x = layer(w, x)
        return -jnp.mean(jnp.sum(y * jnp.log(jnp.clip(x, 1e-7, 1.0)), axis=-1))

    x, y = (jnp.asarray(part) for part in made_up(shape, batch))
    zeros = jax.tree.map(jnp.zeros_like, weights)

    def step(state, given):
        params, m, v, count = state
        rows, base = given
        own = [jnp.take(part, rows, axis=0, mode="clip") for part in (x, y)]
        loss, grads = jax.value_and_grad(loss_of)(params, *own)
        count = count + 1
        m = jax.tree.map(lambda a, g: 0.9 * a + 0.1 * g, m, grads)
        v = jax.tree.map(lambda a, g: 0.999 * a + 0.001 * g * g, v, grads)
        rate = base * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        params = jax.tree.map(lambda p, a, b: p - rate * a / (jnp.sqrt(b) + 1e-7), params, m, v)
        return (params, m, v, count), loss

    return step, (weights, zeros, zeros, jnp.float32(0))


def jax_jit(shape, batch, layers):
    """One call from Python for every step."""
    import jax

    step, state = jax_parts(shape, batch, layers)
    compiled = jax.jit(step, donate_argnums=0)
    box = [jax.tree.map(lambda a: a.copy(), state)]

    def run(steps):
        loss = None
        for given in zip(*orders(steps, batch)):
            box[0], loss = compiled(box[0], given)
        jax.block_until_ready((box[0], loss))

    return run


def jax_scan(shape, batch, layers):
    """Many steps as one program."""
    import jax

    step, state = jax_parts(shape, batch, layers)
    many = jax.jit(lambda own, given: jax.lax.scan(step, own, given))
    box = [state]

    def run(steps):
        box[0], losses = many(box[0], orders(steps, batch))
        jax.block_until_ready(losses)

    return run


def torch_eager(shape, batch, layers):
    import torch

    torch.set_num_threads(int(os.environ["BENCH_THREADS"]))
    nn = torch.nn

    class Last(nn.Module):
        """The last state of an LSTM."""

        def __init__(self, inputs, units):
            super().__init__()
            self.lstm = nn.LSTM(inputs, units, batch_first=True)

        def forward(self, x):
            return self.lstm(x)[1][0][0]

    made, at = [], shape
    for index, (kind, *size) in enumerate(layers):
        if kind == "dense":
            made.append(nn.Linear(at[0], size[0]))
            if index < len(layers) - 1:
                made.append(nn.ReLU())
            at = (size[0],)
        elif kind == "conv":
            made += [nn.Conv2d(at[2], size[0], 5, padding=size[1]), nn.ReLU()]
            shrink = 0 if size[1] == "same" else 4
            at = (at[0] - shrink, at[1] - shrink, size[0])
        elif kind == "pool":
            made.append(nn.MaxPool2d(2))
            at = (at[0] // 2, at[1] // 2, at[2])
        elif kind == "flatten":
            made.append(nn.Flatten())
            at = (int(np.prod(at)),)
        else:
            made.append(Last(at[1], size[0]))
            at = (size[0],)
    model = nn.Sequential(*made)
    optimizer = torch.optim.Adam(model.parameters(), eps=1e-7)
    x, y = made_up(shape, batch)
    if len(shape) == 3:
        x = x.transpose(0, 3, 1, 2).copy()
    x, y = torch.from_numpy(x), torch.from_numpy(y)

    def run(steps):
        for index in range(steps):
            first = (index % BATCHES) * batch
            loss = nn.functional.cross_entropy(model(x[first : first + batch]), y[first : first + batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return run


PEERS = {
    "keras-tf": keras_fit,
    "keras-jax": keras_fit,
    "tf-loop": tf_loop,
    "jax-jit": jax_jit,
    "jax-scan": jax_scan,
    "torch": torch_eager,
}


def answer(seconds):
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": seconds * 1000, "rssMiB": rss}), flush=True)


def main(peer, net):
    # XLA's own pool has as many threads as there are processors to run on.
    processors = sorted(os.sched_getaffinity(0))[: int(os.environ["BENCH_THREADS"])]
    os.sched_setaffinity(0, processors)
    started = time.perf_counter()
    run = PEERS[peer](*NETS[net])
    run(1)
    answer(time.perf_counter() - started)
    for line in sys.stdin:
        before = time.perf_counter()
        run(int(line))
        answer(time.perf_counter() - before)


main(*sys.argv[1:])
