/**
 * Stands in for @mapbox/node-pre-gyp in a packaged trainer: TensorFlow.js asks it where its native
 * binding lies, and in a package that is beside the runtime, which may be fetched at the first start.
 */
exports.find = () => process.env.TWINTRAIN_BINDING;
