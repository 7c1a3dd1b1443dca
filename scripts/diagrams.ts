import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagramPage } from './diagram.ts';
import { loadMachines } from './load-machines.ts';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: npm run diagrams -- [--check]

Draws docs/diagrams from the machines.

Options:
  --check  changes nothing; exit code 1 when a page differs from its machine
  --help   this text
`;
const { values } = commandLine(USAGE, { options: { check: { type: 'boolean', default: false } } });

const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'diagrams');

/** Every page of docs/diagrams by file name. */
async function pages(): Promise<Map<string, string>> {
  const machines = await loadMachines();
  const index = [
    '# Statecharts',
    '',
    'Generated from `machines/` by `npm run diagrams`; do not edit.',
    '',
    ...machines.map(({ name }) => `- [${name}](${name}.md)`),
    '',
  ].join('\n');
  return new Map([
    ['index.md', index],
    ...machines.map(({ name, machine }) => [`${name}.md`, diagramPage(name, machine)] as const),
  ]);
}

/** What differs between the folder and the machines, one line a page. */
function differences(folder: string, wanted: ReadonlyMap<string, string>): string[] {
  const found = globSync('*.md', { cwd: folder }).map((file) => basename(file));
  const stale = found.filter((file) => !wanted.has(file)).map((file) => `${file}: its machine is gone`);
  const changed = [...wanted].flatMap(([file, text]) => {
    if (!existsSync(join(folder, file))) return [`${file}: missing`];
    return readFileSync(join(folder, file), 'utf8') === text ? [] : [`${file}: differs from the machine`];
  });
  return [...stale, ...changed];
}

const wanted = await pages();
const found = differences(FOLDER, wanted);
if (values.check) {
  for (const line of found) console.error(`docs/diagrams/${line}`);
  if (found.length > 0) console.error('run: npm run diagrams');
  process.exitCode = found.length > 0 ? 1 : 0;
} else {
  mkdirSync(FOLDER, { recursive: true });
  for (const file of globSync('*.md', { cwd: FOLDER })) if (!wanted.has(file)) rmSync(join(FOLDER, file));
  for (const [file, text] of wanted) writeFileSync(join(FOLDER, file), text);
  console.log(`${wanted.size} pages in docs/diagrams, ${found.length} changed`);
}
