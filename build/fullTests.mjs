// @ts-check

/**
 * Whether the long tests run (`npm run test:full`) in place of the daily ones: packages that are
 * installed, a bundle of 2 GiB, every network with every optimiser and schedule against Keras.
 */
export const isFull = process.env['TWINTRAIN_TESTS'] === 'full';
