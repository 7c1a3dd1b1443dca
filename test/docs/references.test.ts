import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const pages = globSync(['*.md', 'docs/**/*.md', 'deploy/**/*.md'], { cwd: PROJECT });
const scripts = (JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { scripts: object }).scripts;

const test = suite('docs/references');

const textOf = (page: string): string => readFileSync(join(PROJECT, page), 'utf8');

/** What the expression's first group finds on the pages, each with its page. */
function found(expression: RegExp): { page: string; what: string }[] {
  return pages.flatMap((page) =>
    [...textOf(page).matchAll(expression)].map((match) => ({ page, what: match[1] ?? '' })),
  );
}

test('every link to a file leads to one', () => {
  const links = found(/\]\(([^)\s]+)\)/g).filter(({ what }) => !/^(https?:|#|mailto:)/.test(what));
  assert.ok(links.length > 10);
  const dead = links.filter(({ page, what }) => !existsSync(join(PROJECT, dirname(page), what.replace(/#.*$/, ''))));
  assert.equal(dead, []);
});

test('every source file that is named exists', () => {
  const paths = found(
    /`((?:bin|domain|cloudpay|machines|actors|hal|config|fleet|simulator|test|scripts|docs)\/[\w./-]+)`/g,
  );
  assert.ok(paths.length > 30);
  // A suite goes by the path of what it tests.
  const files = (what: string): string[] => [what, `${what}.ts`, `${what}.test.ts`, `test/${what}.test.ts`];
  const gone = paths.filter(({ what }) => files(what).every((file) => !existsSync(join(PROJECT, file))));
  assert.equal(gone, []);
});

test('every npm command that is named exists', () => {
  const names = found(/npm run (?:--silent )?([\w-]+)/g);
  assert.ok(names.length > 10);
  assert.equal(
    names.filter(({ what }) => !Object.hasOwn(scripts, what)),
    [],
  );
});

test.run();
