import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

/** Random numbers and times that are not passed in make two runs differ. */
const noAmbientRandomness = [
  { object: 'Math', property: 'random', message: 'Draw from a stream that is passed in.' },
  { object: 'Date', property: 'now', message: 'Take the clock as an argument.' },
];

const noTensorflow = {
  group: ['@tensorflow/*'],
  message: 'Only electron/engines/tfjs imports TensorFlow.',
};
const noElectron = { name: 'electron', message: 'Only electron/app imports Electron.' };

export default ts.config(
  { ignores: ['dist/', 'release/', 'node_modules/', 'twintrain-runs/', 'test-results/'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // TypeScript checks these itself.
      '@typescript-eslint/no-unused-vars': 'off',
      'no-undef': 'off',
      // State is replaced whole; a reactive Map would redraw for every entry.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['shared/**/*.ts', 'electron/engines/tfjs/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', ...noAmbientRandomness] },
  },
  // A later block replaces a rule, it does not add to it: each folder has one block with all its bans.
  {
    files: ['shared/**/*.ts', 'renderer/**/*.{ts,svelte}', 'electron/app/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [noTensorflow] }] },
  },
  {
    files: ['electron/**/*.ts'],
    ignores: ['electron/app/**', 'electron/engines/tfjs/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [noTensorflow], paths: [noElectron] }],
    },
  },
  {
    files: ['electron/engines/tfjs/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [noElectron] }] },
  },
  {
    files: ['build/bootstrap/electronLoader/*.js'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
