// @ts-check

/**
 * Whether the long tests run (`npm run test:full`) in place of the daily ones: packages that are
 * installed, a bundle of 2 GiB, every network with every optimiser and schedule against Keras.
 */
export const isFull = process.env['TWINTRAIN_TESTS'] === 'full';

/**
 * The cases of this run. The full tests run those that the daily ones leave out: both are run before
 * anything is landed, and none needs to run twice.
 * @template T
 * @param {readonly T[]} cases @param {(own: T) => boolean} isDaily
 * @returns {T[]}
 */
export function casesOfRun(cases, isDaily) {
  return cases.filter((own) => isDaily(own) !== isFull);
}
