import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { MUTANTS } from '../simulator/mutants/catalogue.ts';
import { hunt } from '../simulator/mutants/hunt.ts';
import type { Mutant } from '../simulator/mutants/mutant.ts';
import { commandLine, refuse } from './command-line.ts';

const USAGE = `Usage: npm run mutants -- [NAME …] [--seed S] [--write]

Plants bugs into copies of the product, one at a time, and hunts each with the seeded world.
Takes an hour for all of them on a busy machine.

Options:
  --seed S  of the worlds (default mutants)
  --write   puts what was found into docs/reliability.md
  --help    this text

Exit code 1 when a bug escaped. The names: till simulate --list-mutants.
`;

const DOCUMENT = fileURLToPath(new URL('../docs/reliability.md', import.meta.url));
const [BEGIN, END] = ['<!-- mutants: begin -->', '<!-- mutants: end -->'];
const FOUND_AS_CHARACTERS_MAX = 90;

interface Trophy {
  readonly mutant: Mutant;
  readonly found: string | null;
  readonly payments: number;
}

const { values, positionals } = commandLine(USAGE, {
  allowPositionals: true,
  options: { seed: { type: 'string', default: 'mutants' }, write: { type: 'boolean', default: false } },
});

/** Numbers of orders say nothing to a reader and make lines long. */
function foundAs(words: string | null): string {
  if (words === null) return 'not found';
  return words.replaceAll(/\d{12,}/g, '…').slice(0, FOUND_AS_CHARACTERS_MAX);
}

function rowOf({ mutant: { name, rule, bug, within }, found, payments }: Trophy): string {
  return `| \`${name}\` | ${rule} | ${bug} | ${foundAs(found)} | ${payments} | ${within} |`;
}

/** Every mutant of the catalogue in its order: the new row of one that was hunted now, the earlier one of another. */
function table(trophies: readonly Trophy[], earlier: string): string {
  const rows = MUTANTS.flatMap((mutant) => {
    const trophy = trophies.find((one) => one.mutant.name === mutant.name);
    const before = earlier.split('\n').find((line) => line.includes(`| \`${mutant.name}\` `));
    return trophy === undefined ? (before ?? []) : rowOf(trophy);
  });
  const head = ['| mutant | rule | the planted bug | found as | after | within |', '| - | - | - | - | - | - |'];
  return [...head, ...rows].join('\n');
}

/** A harder world proves a bug only when it breaks nothing where the bug is not: lives it again, as long, without. */
async function brokenWithoutBug(mutant: Mutant, payments: number): Promise<string | null> {
  if (mutant.harder === undefined) return null;
  const { found } = await hunt({ mutant: { ...mutant, edits: [] }, seed: values.seed, payments });
  return found === null || found.startsWith('never happened') ? null : found;
}

/** Hunts every planted bug, one after the other; named ones only when names are given. Ends with 1 when one escapes. */
async function main(): Promise<number> {
  const strange = positionals.find((name) => !MUTANTS.some((mutant) => mutant.name === name));
  if (strange !== undefined) refuse(USAGE, `there is no mutant "${strange}": till simulate --list-mutants names them`);
  const wanted = MUTANTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const trophies: Trophy[] = [];
  for (const mutant of wanted) {
    const { found: seen, payments } = await hunt({ mutant, seed: values.seed, payments: mutant.within });
    const innocent = seen === null ? null : await brokenWithoutBug(mutant, payments);
    if (innocent !== null) console.log(`${mutant.name}: its world breaks without the bug too: ${innocent}`);
    const found = innocent === null ? seen : null;
    trophies.push({ mutant, found, payments });
    if (values.write) await write(trophies);
    console.log(`${found === null ? 'ESCAPED' : 'found'} ${mutant.name} after ${payments}: ${found ?? ''}`);
  }
  const escaped = trophies.filter(({ found }) => found === null).length;
  console.log(`\n${trophies.length - escaped} of ${trophies.length} planted bugs found (seed ${values.seed})`);
  return wanted.length === 0 || escaped > 0 ? 1 : 0;
}

async function write(trophies: readonly Trophy[]): Promise<void> {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const [rows, after] = rest?.split(END) ?? [];
  if (before === undefined || rows === undefined || after === undefined)
    throw new Error(`${DOCUMENT} has no place for the table`);
  const whole = `${before}${BEGIN}\n\n${table(trophies, rows)}\n\n${END}${after}`;
  writeFileSync(DOCUMENT, await format(whole, { parser: 'markdown', printWidth: 120 }));
}

process.exitCode = await main();
