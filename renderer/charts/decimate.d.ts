export interface Point {
    readonly x: number;
    readonly y: number;
}
/**
 * A curve as at most about `limit` points. Long ones keep the lowest and the highest value of every
 * stretch, in their order, so that no spike is lost.
 *
 * @param values one a step; x counts from 1
 */
export declare function decimate(values: Float32Array, limit: number): Point[];
