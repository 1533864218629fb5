/** The data sets that come with the lab. */
export const builtinData = {
  iris: { label: 'Iris', summary: '150 rows of 4, 3 classes', hasClasses: true },
  digits: { label: 'Digits 8×8', summary: '1,797 rows of 64, 10 classes', hasClasses: true },
  series: { label: 'Series', summary: '64 of 32 × 1, 28 numbers to predict', hasClasses: false },
} as const;
export type BuiltinName = keyof typeof builtinData;
export const builtinNames = Object.keys(builtinData) as readonly BuiltinName[];
