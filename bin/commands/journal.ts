import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { entryForSupport } from '../../actors/fleet-link/event-of.ts';
import { readJournalTail } from '../../actors/journal/read-tail.ts';
import type { Command } from '../command.ts';
import { journalFilesOf } from '../start/journal-files.ts';
import { EXIT_FAILED, readSupportCall, SUPPORT_HELP, withSupportWords } from '../start/support-options.ts';

const COUNT_MAX = 1_000_000;

const HELP = `Usage: till journal [options]

The last facts of a terminal's journal, oldest first, from the files in its data folder: while it runs or not, and nothing
is changed or repaired. Of each fact the fields are shown that may leave the terminal; never a hash of a customer's code.

Options:
  --count N      how many (default 50)
  --order NUMBER only facts about this order or refund
${SUPPORT_HELP}

Exit codes: 0 with the facts, 1 when the journal cannot be read or is damaged, 2 for options that cannot be understood.
`;

const OPTIONS = { count: { type: 'string', default: '50' }, order: { type: 'string' } } as const;

type Entry = ReturnType<typeof entryForSupport>;

const isAbout = (number: string, { d }: Entry): boolean => d['order'] === number || d['refund'] === number;

function lineOf({ s, t, type, d }: Entry): string {
  const fields = Object.entries(d)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${String(s).padStart(8)}  ${new Date(t).toISOString()}  ${type.padEnd(14)}  ${fields.join(' ')}`.trimEnd();
}

/** `till journal`. */
export const journalCommand: Command = {
  name: 'journal',
  summary: 'the last facts of a terminal’s journal, read-only',
  help: HELP,
  run: (argv, io) =>
    withSupportWords('journal', io, () => {
      const { values, dataDir } = readSupportCall(argv, OPTIONS, io);
      const count = /^\d{1,7}$/.test(values.count) ? Math.min(COUNT_MAX, Number(values.count)) : 0;
      if (count === 0)
        throw Object.assign(new TypeError('--count must be a whole number from 1'), { code: 'ERR_PARSE_ARGS_VALUE' });
      const { order } = values;
      if (!existsSync(join(dataDir, 'journal'))) {
        throw new Error(`there is no journal in ${dataDir}: name the data folder of a terminal with --data`);
      }
      const tail = readJournalTail(journalFilesOf(dataDir), order === undefined ? count : COUNT_MAX);
      const entries = tail.entries
        .map(entryForSupport)
        .filter((entry) => order === undefined || isAbout(order, entry))
        .slice(-count);
      for (const damage of tail.damage) io.stderr.write(`till journal: ${damage}\n`);
      const { damage, lastSeq } = tail;
      if (values.json) io.stdout.write(`${JSON.stringify({ lastSeq, entries, damage })}\n`);
      else io.stdout.write(`${entries.map(lineOf).join('\n')}\n`);
      return damage.length === 0 ? 0 : EXIT_FAILED;
    }),
};
