/** A .npy file of version 1, row-major (source: NEP 1). */
export function npyBytes(
  dtype: '<f4' | '<f8' | '<i4',
  shape: readonly number[],
  values: ArrayLike<number>,
): Uint8Array {
  const axes = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${axes}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1');
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, length & 255, length >> 8]);
  const numbers =
    dtype === '<f4'
      ? Float32Array.from(values)
      : dtype === '<f8'
        ? Float64Array.from(values)
        : Int32Array.from(values);
  return Uint8Array.from(Buffer.concat([start, header, Buffer.from(numbers.buffer)]));
}
