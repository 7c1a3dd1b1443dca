import { globSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deadFiles, FILE_LINES_ASK, tidyFindings, type SourceText } from '../scripts/tidy-rules.ts';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const tidy = suite('tidy');

/** The folders of the design; a new one is a decision, not an accident. */
const FOLDERS = [
  ...['actors', 'assets', 'bin', 'cloudpay', 'config', 'deploy', 'docs', 'domain', 'fleet', 'hal', 'machines'],
  ...['scripts', 'simulator', 'test'],
];
const LEFT_OUT = ['node_modules', 'dist', 'coverage'];

/** Started by npm, by the launcher, by a browser or by the test guard, not by an import. */
const ENTRY =
  /^(bin\/|scripts\/|machines\/index\.ts$|test\/.*\.test\.tsx?$|fleet\/console\/.*main\.tsx?$|.*\.d\.m?ts$)|\/page\/[^/]*\.tsx?$|-page\.tsx?$/;
/** A word of the contract that nothing uses yet would be dead; the hardware contracts are the shared vocabulary. */
const VOCABULARY = /^hal\/[^/]+\/contract\.ts$/;

const sources: SourceText[] = globSync(
  FOLDERS.map((folder) => `${folder}/**/*.{ts,tsx,mts,mjs}`),
  { cwd: PROJECT },
)
  .filter((file) => !file.includes('node_modules'))
  .toSorted()
  .map((file) => ({ file, text: readFileSync(join(PROJECT, file), 'utf8') }));

tidy('every source file keeps the house rules', () => {
  const findings = sources.flatMap((source) => tidyFindings(source));
  assert.equal(
    findings.map(({ file, line, problem }) => `${file}:${line} ${problem}`),
    [],
  );
});

tidy('every source file is reached from an entry point', () => {
  const dead = deadFiles(sources, (file) => ENTRY.test(file) || VOCABULARY.test(file));
  assert.equal(dead, []);
});

tidy('the folders are the ones of the design', () => {
  const found = readdirSync(PROJECT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !LEFT_OUT.includes(entry.name))
    .map(({ name }) => name);
  assert.equal(
    found.filter((name) => !FOLDERS.includes(name)),
    [],
  );
});

tidy('file names are kebab-case with a role behind a dot', () => {
  const wrong = sources.filter(({ file }) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)+[a-z0-9]+([-.][a-z0-9]+)*$/.test(file));
  assert.equal(
    wrong.map(({ file }) => file),
    [],
  );
});

tidy('files that grow are listed for those who read along', () => {
  const lengths = sources.map(({ file, text }) => ({ file, lines: text.trimEnd().split('\n').length }));
  const long = lengths.filter(({ lines }) => lines > FILE_LINES_ASK).toSorted((a, b) => b.lines - a.lines);
  for (const { file, lines } of long) process.stdout.write(`  ${lines} lines: ${file}\n`);
  assert.ok(sources.length > 0);
});

const problemsIn = (file: string, text: string): string[] => tidyFindings({ file, text }).map(({ problem }) => problem);

tidy('a planted breach of each rule is found, and only outside the places that may', () => {
  assert.equal(problemsIn('actors/a.ts', 'const now = Date.now();'), ['Date.now: take a Clock or a Random']);
  assert.equal(problemsIn('hal/clock/a.ts', 'const now = Date.now();'), []);
  assert.equal(problemsIn('domain/a.ts', 'globalThis.setTimeout(f, 1);'), ['setTimeout: take a Clock or a Random']);
  assert.equal(problemsIn('domain/a.ts', 'new Date();'), ['new Date() reads the clock: take a Clock']);
  assert.equal(problemsIn('domain/a.ts', 'new Date(0); clock.setTimeout(f, 1); "Math.random()"; // Date.now()'), []);
  assert.equal(problemsIn('domain/a.ts', 'console.log(1);'), ['console.log: product code logs through its log']);
  assert.equal(problemsIn('test/a.test.ts', 'plant.skip("a", f);'), ['plant.skip( hides tests']);
  assert.equal(problemsIn('domain/a.ts', `// TO${''}DO later`), ['leftover TO' + 'DO: do it or drop it']);
  assert.equal(problemsIn('domain/a.ts', ['// see ', 'home', 'me', 'notes'].join('/')).length, 1);
  assert.equal(problemsIn('domain/a.ts', `a${'\nb'.repeat(400)}`), ['401 lines, the limit is 400: split it']);
  assert.equal(problemsIn('domain/a.ts', `function f() {${'\n'.repeat(70)}}`), [
    'function f has 71 lines, the limit is 70',
  ]);
  assert.equal(problemsIn('domain/a.ts', `const a = ${'b + '.repeat(30)}b;`), ['132 columns, the limit is 120']);
});

tidy('an exported word of product code says what it is for', () => {
  const without = (name: string): string => `${name} is exported without a docstring: say what it is for`;
  assert.equal(problemsIn('domain/a.ts', 'export const a = 1;'), [without('a')]);
  assert.equal(problemsIn('domain/a.ts', '/** */\nexport interface A {}'), [without('A')]);
  assert.equal(problemsIn('fleet/console/a.tsx', 'export function A() { return <p />; }'), [without('A')]);
  assert.equal(problemsIn('domain/a.ts', "/** Fen. */\nimport { b } from 'b';\nexport type A = b;"), [without('A')]);
  assert.equal(problemsIn('domain/a.ts', '/** Fen. */\nexport const a = 1;\nexport const b = 2;'), [without('b')]);
  assert.equal(problemsIn('domain/a.ts', '/** @throws Error when it is one */\nexport class A {}'), []);
  assert.equal(problemsIn('domain/a.ts', "const a = 1;\nexport { b } from './b.ts';"), []);
  assert.equal(
    problemsIn('domain/a.ts', '/** Fen. */\nexport function a(): 1;\nexport function a() { return 1; }'),
    [],
  );
  assert.equal(problemsIn('test/support/a.ts', 'export const a = 1;'), []);
  assert.equal(problemsIn('hal/a.d.ts', 'export const a: number;'), []);
});

tidy('a file that only a dead file imports is dead too', () => {
  const planted = [
    { file: 'bin/till.ts', text: `import('../actors/a.ts');` },
    { file: 'actors/a.ts', text: `import type { B } from './b.ts';` },
    { file: 'actors/b.ts', text: '' },
    { file: 'actors/c.ts', text: `import './d.ts';` },
    { file: 'actors/d.ts', text: '' },
  ];
  assert.equal(
    deadFiles(planted, (file) => file.startsWith('bin/')),
    ['actors/c.ts', 'actors/d.ts'],
  );
});

tidy.run();
