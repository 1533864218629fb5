"""Saves usual Keras models into a folder: NAME.json (to_json), NAME.keras, NAME.h5, and the outputs of each.

answers.json has, by name, `inputs` (of two rows, row-major) and `outputs`.
"""

import json
import sys

import keras
import numpy as np
import undrawn  # noqa: F401
from keras import layers

folder = sys.argv[1]


def branched(inputs, outputs):
    return keras.Model(inputs, outputs)


def residual():
    x = keras.Input((8, 8, 3))
    y = layers.Conv2D(4, 3, padding="same", activation="relu", name="entry")(x)
    z = layers.Conv2D(4, 3, padding="same", name="inside")(y)
    z = layers.BatchNormalization(name="norm")(z)
    z = layers.ReLU(name="relu")(z)
    out = layers.Add(name="sum")([y, z])
    out = layers.GlobalAveragePooling2D(name="pool")(out)
    return branched(x, layers.Dense(3, activation="softmax", name="out")(out))


def two_branches():
    x = keras.Input((6,))
    left = layers.Dense(4, activation="relu", name="left")(x)
    right = layers.Dense(5, activation="tanh", name="right")(x)
    joined = layers.Concatenate(name="joined")([right, left])
    return branched(x, layers.Dense(2, activation="softmax", name="out")(joined))


def shared_layer():
    x = keras.Input((6,))
    own = layers.Dense(6, activation="relu", name="own")
    return branched(x, layers.Dense(3, activation="softmax", name="out")(layers.Add(name="sum")([own(x), own(own(x))])))


def stack(shape, *own):
    return keras.Sequential([keras.Input(shape), *own])


def merged():
    x = keras.Input((6,))
    left = layers.Dense(4, activation="relu", name="left")(x)
    right = layers.Dense(4, activation="tanh", name="right")(x)
    own = [
        layers.Subtract(name="less")([left, right]),
        layers.Multiply(name="times")([left, right]),
        layers.Average(name="mean")([left, right]),
        layers.Maximum(name="most")([left, right]),
        layers.Minimum(name="least")([left, right]),
    ]
    return branched(x, layers.Dense(3, activation="softmax", name="out")(layers.Concatenate(name="all")(own)))


def transformer():
    x = keras.Input((7,))
    tokens = layers.Embedding(20, 8)(x)
    found = layers.MultiHeadAttention(num_heads=2, key_dim=4, dropout=0.1, name="attention")(tokens, tokens)
    y = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([tokens, layers.Dropout(0.1)(found)]))
    both = keras.Sequential([layers.Dense(12, activation="relu"), layers.Dense(8)], name="feed_forward")
    y = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([y, both(y)]))
    # As keyword arguments, and with a mask.
    y = layers.MultiHeadAttention(2, 4, output_shape=6)(query=y, value=y, key=tokens, use_causal_mask=True)
    return branched(x, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling1D()(y)))


def transfer():
    """A branched model as the first layer of a stack."""
    return keras.Sequential([keras.Input((8, 8, 3)), residual(), layers.Dense(4, activation="relu"), soft(2)])


def twins():
    """A model that is called twice: its layers share their weights."""
    x = keras.Input((6,))
    encoder = stack((6,), layers.Dense(6, activation="tanh"), layers.Dense(6, activation="relu"))
    encoder.name = "encoder"
    return branched(x, soft(2)(layers.Subtract()([encoder(x), encoder(encoder(x))])))


def siamese():
    """Two pictures through the same layers."""
    left, right = keras.Input((6, 6, 2), name="left"), keras.Input((6, 6, 2), name="right")
    encoder = stack((6, 6, 2), layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(5))
    apart = layers.Subtract()([encoder(left), encoder(right)])
    return branched([left, right], layers.Dense(1, activation="sigmoid")(layers.Multiply()([apart, apart])))


def words_and_numbers():
    words, numbers = keras.Input((4,), name="words"), keras.Input((3,), name="numbers")
    found = layers.GRU(4)(layers.Embedding(20, 3, mask_zero=True)(words))
    return branched({"words": words, "numbers": numbers}, soft()(layers.Concatenate()([found, layers.Dense(2)(numbers)])))


def u_net():
    def block(x, filters):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization()(x))
        return x

    x = keras.Input((8, 8, 2))
    wide = block(x, 3)
    deep = block(layers.MaxPooling2D()(wide), 4)
    up = layers.Conv2DTranspose(3, 2, strides=2, padding="same")(deep)
    y = block(layers.Concatenate()([up, wide]), 3)
    return branched(x, layers.Dense(2, activation="softmax")(layers.Flatten()(layers.Conv2D(1, 1, activation="sigmoid")(y))))


def masked():
    """Padding that every kind of layer hands on or passes over."""
    x = keras.Input((7,))
    words = layers.Embedding(20, 6, mask_zero=True)(x)
    own = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(layers.Dropout(0.1)(words))
    again = layers.Masking(0.5)(layers.Dense(6, activation="relu")(own))
    y = layers.Concatenate()([layers.Maximum()([words, again]), layers.Multiply()([own, again])])
    found = layers.MultiHeadAttention(2, 3)(y, words, use_causal_mask=True)
    mean = layers.GlobalAveragePooling1D()(found)
    return branched(x, soft()(layers.Concatenate()([mean, layers.GRU(4)(layers.LayerNormalization()(found))])))


def adapted():
    own = layers.Normalization()
    own.adapt(np.random.default_rng(1).normal(3, 2, size=(50, 4)))
    given = layers.Normalization(mean=[1.0, 0.0, 2.0, 0.5], variance=[4.0, 1.0, 0.25, 0.1])
    return stack((4,), own, given, layers.Normalization(mean=0.5, variance=2.0), soft())


soft = lambda units=3: layers.Dense(units, activation="softmax")
models = {
    "mlp": stack((4,), layers.Dense(8, activation="relu"), layers.Dropout(0.3), soft()),
    "cnn": stack((8, 8, 1), layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), soft()),
    "bn_cnn": stack(
        (8, 8, 2), layers.Conv2D(4, (3, 2), strides=2, padding="same"), layers.BatchNormalization(),
        layers.Activation("relu"), layers.AveragePooling2D(2), layers.Flatten(), soft(),
    ),
    "depthwise": stack((6, 6, 2), layers.DepthwiseConv2D(3, depth_multiplier=2), layers.GlobalAveragePooling2D(), soft()),
    "lstm": stack((5, 3), layers.LSTM(4, return_sequences=True), layers.LSTM(3), soft()),
    "gru": stack((5, 3), layers.GRU(4, return_sequences=True), layers.GRU(3, reset_after=False), soft()),
    "text": stack((7,), layers.Embedding(20, 6), layers.GlobalAveragePooling1D(), layers.Dense(5, activation="silu"), layers.Dense(1, activation="sigmoid")),
    "conv1d": stack((9, 2), layers.Conv1D(4, 3, padding="same", activation="relu"), layers.MaxPooling1D(2), layers.Flatten(), soft()),
    "autoencoder": stack((12,), layers.Dense(4, activation="relu"), layers.Dense(12, activation="sigmoid")),
    "norm": stack((5, 4), layers.LayerNormalization(), layers.Flatten(), soft()),
    "reshape": stack((12,), layers.Reshape((-1, 3)), layers.Conv1D(2, 2), layers.Flatten(), soft()),
    "logits": stack((4,), layers.Dense(6, kernel_initializer=keras.initializers.HeNormal(seed=3)), layers.Dense(3)),
    "linear_functional": (lambda x: keras.Model(x, soft()(layers.Dense(5, activation="elu", name="a")(x))))(keras.Input((4,))),
    "separable": stack(
        (8, 8, 3), layers.Rescaling(1 / 127.5, offset=-1.0), layers.ZeroPadding2D(((0, 1), (2, 0))), layers.SeparableConv2D(4, 3, depth_multiplier=2),
        layers.LeakyReLU(negative_slope=0.1), layers.PReLU(shared_axes=[1, 2]), layers.GlobalMaxPooling2D(), soft(),
    ),
    "decoder": stack(
        (6,), layers.Dense(12), layers.Reshape((2, 2, 3)), layers.UpSampling2D(2), layers.Conv2DTranspose(2, 3, strides=2, padding="same"),
        layers.Conv2DTranspose(3, (3, 2), strides=(1, 2)), layers.Softmax(axis=1), layers.Flatten(), soft(),
    ),
    "repeated": stack((6,), layers.RepeatVector(4), layers.Permute((2, 1)), layers.Conv1D(3, 2), layers.GlobalMaxPooling1D(), soft()),
    "merged": merged(),
    "residual": residual(),
    "two_branches": two_branches(),
    "shared_layer": shared_layer(),
    "transformer": transformer(),
    "adapted": adapted(),
    "both_ways": stack(
        (5, 3), layers.Bidirectional(layers.LSTM(4, return_sequences=True), name="first"), layers.Bidirectional(layers.GRU(3), merge_mode="sum"), soft(),
    ),
    "masked": masked(),
    "padded": stack((5, 2), layers.Masking(1.0), layers.LSTM(4), layers.RepeatVector(3), layers.GRU(3), soft()),
    "stepped": stack(
        (3, 8, 8, 2), layers.TimeDistributed(layers.Conv2D(3, 3, activation="relu"), name="each"), layers.TimeDistributed(layers.MaxPooling2D()),
        layers.TimeDistributed(stack((3, 3, 3), layers.DepthwiseConv2D(2, depth_multiplier=2), layers.Flatten(), layers.Dense(5, activation="tanh")), name="model"),
        layers.LSTM(4), soft(),
    ),
    "transfer": transfer(),
    "twins": twins(),
    "siamese": siamese(),
    "words_and_numbers": words_and_numbers(),
    "u_net": u_net(),
    "mobilenet": keras.applications.MobileNetV2((32, 32, 3), alpha=0.35, weights=None, classes=5),
}

answers = {}
random = np.random.default_rng(0)
for name, model in models.items():
    for weight in model.weights:
        if "normalization" in weight.path and weight.name in ("mean", "variance", "count"):
            continue
        # Away from zeros and ones, so that swapped weights show; a deep network keeps the scale of its values.
        values = random.normal(size=weight.shape) * min(0.5, (2 / max(np.prod(weight.shape[:-1]), 1)) ** 0.5)
        weight.assign(np.abs(values) + 0.5 if "variance" in weight.name else values)
    of_words = ("text", "transformer", "masked", "words_and_numbers")
    draw = (lambda shape: random.integers(0, 20, shape)) if name in of_words else (lambda shape: random.normal(size=shape))
    parts = [draw((2, *own.shape[1:])).astype("float32") for own in model.inputs]
    x = parts[0]
    if name == "masked":
        x[:, 4:] *= x[:, 4:] % 2
    if name == "padded":
        x[0, 1:4] = 1.0
    answers[name] = {
        # Several inputs follow one another in a row.
        "inputs": np.concatenate([own.reshape(2, -1) for own in parts], axis=1).ravel().tolist(),
        "outputs": model.predict_on_batch(x if len(parts) == 1 else keras.tree.pack_sequence_as(model._inputs_struct, parts)).ravel().tolist(),
    }
    with open(f"{folder}/{name}.json", "w") as file:
        file.write(model.to_json())
    model.save(f"{folder}/{name}.keras")
    model.save(f"{folder}/{name}.h5")
with open(f"{folder}/answers.json", "w") as file:
    json.dump(answers, file)
