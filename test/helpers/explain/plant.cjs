/**
 * Loaded into a training process before anything else: plants one cause of a difference below the
 * library, as broken code or hardware would. What to plant is in TWINTRAIN_TEST_PLANT, as JSON.
 */
const Module = process.getBuiltinModule('node:module');

const plant = JSON.parse(process.env.TWINTRAIN_TEST_PLANT);
const load = Module._load;
let isPlanted = false;

Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (request === '@tensorflow/tfjs-node-gpu' && !isPlanted) {
    isPlanted = true;
    plantInto(loaded);
  }
  return loaded;
};

function plantInto(tf) {
  const backend = tf.backend();
  const native = backend.binding;
  const planted = Object.create(native);
  const own = (name, value) => Object.defineProperty(planted, name, { value });
  let uploads = 0;
  if (plant.kind === 'operation') {
    own('executeOp', (op, attributes, inputs, count) => {
      const outputs = native.executeOp(op, attributes, inputs, count);
      const [first] = outputs;
      if (op !== plant.op || first.shape.join() !== plant.shape) return outputs;
      const values = Float32Array.from(native.tensorDataSync(first.id));
      for (let at = 0; at < values.length; at++) {
        values[at] = values[at] * (1 + 2 ** -12) + 2 ** -12;
      }
      const id = native.createTensor(first.shape, first.dtype, values);
      native.deleteTensor(first.id);
      return [{ ...first, id }, ...outputs.slice(1)];
    });
  }
  if (plant.kind === 'rows' || plant.kind === 'seeds') {
    own('createTensor', (shape, dtype, values) => {
      // The rows of a step's batch, or its dropout seeds, are uploaded once a step.
      const isIt = shape.join() === plant.shape && dtype === native.TF_INT32;
      if (!isIt || values.every((own) => own === 0)) {
        return native.createTensor(shape, dtype, values);
      }
      uploads++;
      const changed = Int32Array.from(values);
      if (uploads === plant.step && plant.kind === 'rows') {
        // Not neighbours, whose sum would be the same.
        [changed[0], changed[5]] = [changed[5], changed[0]];
      } else if (uploads === plant.step) changed[0] ^= 1;
      return native.createTensor(shape, dtype, changed);
    });
  }
  backend.binding = planted;
}
