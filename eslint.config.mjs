import tseslint from 'typescript-eslint';

const nodeBuiltinWithoutPrefix =
  '^(assert|buffer|child_process|cluster|crypto|dgram|dns|events|fs|http|https|net|os|path|perf_hooks|process|readline|stream|string_decoder|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(/.*)?$';

const processEnv = {
  object: 'process',
  property: 'env',
  message: 'Only config/ and the entry points read the environment; take what you need as a parameter.',
};

const tradeSyntax = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: a default export has no name to search for.',
  },
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals: type stripping refuses enums.' },
];

export default [
  { ignores: ['node_modules/', 'dist/', 'coverage/', '.till/', '.till-bench-*/', 'lab-run/', '.ci/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/require-await': 'error',
      '@typescript-eslint/only-throw-error': ['error', { allowRethrowing: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-base-to-string': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      complexity: ['error', 15],
      // `== null` means null or undefined, which is often just what is asked.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-dupe-else-if': 'error',
      'no-loss-of-precision': 'error',
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: nodeBuiltinWithoutPrefix, message: 'Name a built-in module with the node: protocol.' }] },
      ],
      'no-restricted-properties': ['error', processEnv],
      'no-restricted-syntax': ['error', ...tradeSyntax],
      'no-self-compare': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'no-unsafe-optional-chaining': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['bin/**', 'scripts/**', 'config/**', 'test/**', 'deploy/launcher/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['bin/**', 'scripts/**'], rules: { 'no-console': 'off' } },
  {
    // A test that drives the real thing is a story in one function; a fake port is async because the port is.
    files: ['test/**'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/require-await': 'off' },
  },
  {
    // A simulated device is async because its contract is; it has nothing to wait for.
    files: ['hal/**', 'simulator/**'],
    rules: { '@typescript-eslint/require-await': 'off' },
  },
  {
    // A statechart is one literal: its length is the chart's, and tidy keeps the file short.
    files: ['machines/**/*.machine.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['scripts/**/*.mjs', 'bin/**/*.mjs'],
    rules: { 'no-unused-vars': 'error', 'no-var': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
];
