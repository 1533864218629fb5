"""Makes a SavedModel of a .keras file. Arguments: the file, the folder to make."""

import sys

import keras


def main():
    file, folder = sys.argv[1:]
    keras.models.load_model(file, compile=False).export(folder, format="tf_saved_model", verbose=False)


if __name__ == "__main__":
    main()
