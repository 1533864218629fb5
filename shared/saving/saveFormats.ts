import type { EngineId } from '../engines/engineCatalog';

export interface SaveFormat {
  /** For people. */
  readonly label: string;
  /** Of a file's name; null for a folder. */
  readonly ending: string | null;
  /** The environment that it is made in; null where the app writes it by itself. */
  readonly needs: EngineId | null;
  readonly language: 'python' | 'javascript';
  /**
   * Code that loads it.
   * @param name of the file or folder
   * @param classes source of classes that it needs
   * @param inputs names of several inputs; null if there is one
   */
  readonly snippet: (name: string, classes: string, inputs: readonly string[] | null) => string;
}

/** Files of a network that was saved. */
export interface SavedNetwork {
  readonly path: string;
  /** What is done to rows, beside the network. */
  readonly preprocessing: string;
  /** The same as Python. */
  readonly code: string;
  /** Code that loads it. */
  readonly snippet: string;
}

/** The forms in which a trained network can be taken along. */
export const saveFormats = {
  keras: {
    label: 'Keras',
    ending: '.keras',
    needs: null,
    language: 'python',
    snippet: (name) => `import keras

model = keras.models.load_model(${quoted(name)})
outputs = model.predict(inputs)
`,
  },
  savedmodel: {
    label: 'TensorFlow SavedModel',
    ending: null,
    needs: 'keras-tensorflow',
    language: 'python',
    snippet: (name) => `import tensorflow as tf

model = tf.saved_model.load(${quoted(name)})
outputs = model.serve(inputs)
`,
  },
  onnx: {
    label: 'ONNX',
    ending: '.onnx',
    needs: null,
    language: 'python',
    snippet: (name, _classes, inputs) => `import onnxruntime

session = onnxruntime.InferenceSession(${quoted(name)})
outputs = session.run(["output"], ${inputs === null ? '{"input": inputs}' : `dict(zip(${JSON.stringify(inputs).replaceAll(',', ', ')}, inputs))`})[0]
`,
  },
  tfjs: {
    label: 'TensorFlow.js',
    ending: null,
    needs: null,
    language: 'javascript',
    snippet: (name, classes) => `import * as tf from '@tensorflow/tfjs';

${classes}const model = await tf.loadLayersModel('${name}/model.json');
const outputs = model.predict(inputs);
`,
  },
  safetensors: {
    label: 'safetensors (weights only)',
    ending: '.safetensors',
    needs: null,
    language: 'python',
    snippet: (name) => `from safetensors.numpy import load_file

weights = load_file(${quoted(name)})  # by "layer/weight"
`,
  },
} as const satisfies Readonly<Record<string, SaveFormat>>;

export type SaveFormatName = keyof typeof saveFormats;
export const saveFormatNames = Object.keys(saveFormats) as readonly SaveFormatName[];

/** The format that a file's name says; null where it says none. */
export function formatOfName(file: string): SaveFormatName | null {
  const found = saveFormatNames.find((own) => {
    const { ending }: SaveFormat = saveFormats[own];
    return ending !== null && file.endsWith(ending);
  });
  return found ?? null;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
