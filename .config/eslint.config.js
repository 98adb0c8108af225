// Run from the top level: `eslint --config .config/eslint.config.js .` (npm run lint).
import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const namedExports = [
  {
    selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
    message: 'Named exports only: a thing has one name everywhere.',
  },
  { selector: 'ExportAllDeclaration', message: 'No barrel files: import a thing from where it is made.' },
];

export default defineConfig(
  globalIgnores(['dist/', '.cache/', 'test-results/', 'models/', 'public/']),
  {
    // A rule that is wrong here is changed here, not switched off line by line.
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // `x == null` is the one test for "absent" that takes null and undefined.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-eval': 'error',
      'no-restricted-syntax': ['error', ...namedExports],
      // `typeof import('x')` is how a package that loads lazily is typed.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Numbers are what this program prints.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `forEach((x) => list.push(x))`, one-line event handlers and `case 'x': return act();` in a void function read well.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      // tsc's noPropertyAccessFromIndexSignature asks for the brackets that this rule would remove.
      '@typescript-eslint/dot-notation': 'off',
      // Bounds are proved by shapes, not by types: `i < xs.length` loops are as clear as for-of, and faster on typed arrays.
      '@typescript-eslint/prefer-for-of': 'off',
      // `async` without `await` turns what a method throws into a rejection, as its interface promises.
      '@typescript-eslint/require-await': 'off',
      // `xs[i] as number` in a numeric loop states a proved bound; `!`, which this rule would put there, is banned.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**/*.tsx'],
    extends: [jsxA11y.flatConfigs.strict, reactHooks.configs.flat['recommended-latest']],
    rules: {
      // Safari drops the list role of a list without markers; role="list" gives it back.
      'jsx-a11y/no-redundant-roles': ['error', { nav: ['navigation'], ul: ['list'], ol: ['list'] }],
    },
  },
  {
    files: ['src/cli/**', 'tests/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['src/**'],
    ignores: ['src/cli/**', '**/*.test.*'],
    rules: { 'no-console': ['error', { allow: ['warn', 'error'] }] },
  },
  {
    files: ['**/*.{test,properties}.{ts,tsx}', 'tests/**'],
    rules: {
      // Tests poke at wrong types, and a failed lookup fails the test anyway.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      'no-console': 'off',
    },
  },
  {
    files: ['vite.config.ts', '**/*.config.{js,ts}'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', module: 'writable', URL: 'readonly', console: 'readonly' } },
  },
);
