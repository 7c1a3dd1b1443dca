import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('scripts/every-tool');

const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const AT_ONCE = 2;

/** The developer's tools behind `npm run`, by name: `scripts/fuzz.ts` for `fuzz`. */
function tools(): [name: string, file: string][] {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  return Object.entries(scripts).flatMap(([name, words]): [string, string][] => {
    const file = /\bscripts\/[\w/-]+\.ts\b/.exec(words)?.[0];
    return file === undefined ? [] : [[name, file]];
  });
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(file: string, word: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(PROJECT, file), word], { cwd: PROJECT });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
}

/** Each tool with that word, a few at once; gives what was wrong, by name. */
async function wrongWith(word: string, judge: (ended: Ended) => boolean): Promise<string[]> {
  const waiting = tools();
  const wrong: string[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, file] = next;
      const ended = await run(file, word);
      if (!judge(ended)) wrong.push(`${name}: ${ended.code} ${ended.out.slice(0, 200)} ${ended.err.slice(0, 400)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return wrong;
}

test('the tools are found', () => {
  assert.ok(tools().length > 25, `${tools().length} tools`);
});

test('every tool says with --help how it is used, and does nothing else', async () => {
  const wrong = await wrongWith(
    '--help',
    ({ code, out, err }) => code === 0 && out.startsWith('Usage: npm ') && err === '',
  );
  assert.equal(wrong, []);
});

test('every tool names an option that it does not know, and ends with 2', async () => {
  const wrong = await wrongWith(
    '--no-such-option',
    ({ code, err }) => code === 2 && err.includes('--no-such-option') && /Usage: npm |--help/.test(err),
  );
  assert.equal(wrong, []);
});

test.run();
