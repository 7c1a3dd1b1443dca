import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { findChromium } from '../test/browser/chromium.ts';
import { hasPostgresql } from '../test/support/throwaway-postgresql.ts';
import { brokerProgram } from '../test/support/test-brokers.ts';
import { machineName } from './bench/report.ts';
import { commandLine, refuse, wholeNumber } from './command-line.ts';
import { BenchPlace, type BenchSizes } from './fleet-bench/bench-place.ts';
import { measureCrowds } from './fleet-bench/crowds.ts';
import type { BenchFigures } from './fleet-bench/figures.ts';
import { measureDatabase, measureEmbedded, measureWorkers } from './fleet-bench/ingest.ts';
import { measureListing } from './fleet-bench/listing.ts';
import { measureLit } from './fleet-bench/lit.ts';
import { descriptorLimit } from './fleet-bench/processes.ts';
import { asMarkdown } from './fleet-bench/report.ts';

const SECTIONS = {
  database: async (place: BenchPlace) => ({ database: await measureDatabase(place) }),
  embedded: async (place: BenchPlace) => ({ embedded: await measureEmbedded(place) }),
  workers: async (place: BenchPlace) => ({ workers: await measureWorkers(place) }),
  connections: async (place: BenchPlace) => ({ connections: await measureCrowds(place) }),
  listing: async (place: BenchPlace) => ({ listing: await measureListing(place) }),
  lit: async (place: BenchPlace) => ({ lit: await measureLit(place) }),
} satisfies Record<string, (place: BenchPlace) => Promise<BenchFigures>>;
type Section = keyof typeof SECTIONS;
const NAMES = Object.keys(SECTIONS) as Section[];

const USAGE = `Usage: npm run bench:fleet -- [--quick] [--only SECTION,…] [--fleet N] [--into FILE] [--write] [--json]

What the fleet service does beside the broker alone and the database alone in the same run, and the plan for a million
terminals that follows. Needs PostgreSQL, mosquitto and Chromium; takes about six minutes on a calm machine of two
cores.

Sections: database  the service's own statements over 1, 2 and 4 connections
          embedded  events committed and acknowledged by till fleet with its own broker
          workers   the same through mosquitto, with 1, 2 and 4 workers
          connections  how many are held, and what each costs, with and without TLS
          listing   100,000 terminals, listed and searched
          lit       from a transition on a terminal to its lit state in a browser

Options:
  --quick      small numbers: to see that it works, not to quote
  --only LIST  these sections
  --fleet N    so many connections and listed terminals, for how figures grow with the fleet
  --into FILE  keeps what each section found in FILE as soon as it is done, and goes on from there:
               a section that it has is not measured again, unless --only names it
  --write      puts the tables into docs/fleet-operations.md
  --json       one JSON line instead of the tables
  --help       this text
`;

const FULL: BenchSizes = {
  ...{ terminals: 50, events: 2_000, connections: 10_000, tlsConnections: 1_000, listed: 100_000, payments: 20 },
};
const QUICK: BenchSizes = {
  ...{ terminals: 10, events: 500, connections: 300, tlsConnections: 50, listed: 5_000, payments: 3 },
};

const DOCUMENT = fileURLToPath(new URL('../docs/fleet-operations.md', import.meta.url));
const [BEGIN, END] = ['<!-- bench:fleet: begin -->', '<!-- bench:fleet: end -->'];

const { values } = commandLine(USAGE, {
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    fleet: { type: 'string' },
    into: { type: 'string' },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

function sectionsOf(list: string | undefined): readonly Section[] | null {
  if (list === undefined) return null;
  return list.split(',').map((name) => {
    const section = NAMES.find((one) => one === name);
    return section ?? refuse(USAGE, `--only: there is no section "${name}"`);
  });
}

async function writeReport(figures: BenchFigures, minutes: number): Promise<void> {
  const [before, rest] = readFileSync(DOCUMENT, 'utf8').split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${DOCUMENT} has no place for the figures`);
  const when = new Date().toISOString().slice(0, 10);
  const text = `Measured ${when} on ${machineName()}, in ${minutes.toFixed(0)} minutes; terminals, broker, database and service share it.`;
  const document = `${before}${BEGIN}\n\n${text}\n\n${asMarkdown(figures)}\n\n${END}${after}`;
  writeFileSync(DOCUMENT, await format(document, { ...(await resolveConfig(DOCUMENT)), parser: 'markdown' }));
}

function lacking(sections: readonly Section[]): string | null {
  if (!hasPostgresql()) return 'a PostgreSQL server';
  if (brokerProgram('mosquitto') === null) return 'mosquitto';
  return sections.includes('lit') && findChromium() === null ? 'Chromium (TILL_CHROMIUM)' : null;
}

/** What a broker or its crowd opens besides its connections. */
const OTHER_DESCRIPTORS = 100;

function sizes(wanted: readonly Section[]): BenchSizes {
  const full = values.quick ? QUICK : FULL;
  if (values.fleet === undefined) return full;
  const terminals = wholeNumber(USAGE, '--fleet', values.fleet);
  const most = descriptorLimit() - OTHER_DESCRIPTORS;
  if (wanted.includes('connections') && terminals > most)
    refuse(USAGE, `--fleet: a process may hold ${most} connections here; raise the limit of open files (ulimit -n)`);
  const tlsConnections = Math.min(terminals, full.tlsConnections);
  return { ...full, connections: terminals, listed: terminals, tlsConnections };
}

async function main(): Promise<number> {
  const into = values.into === undefined ? null : resolve(values.into);
  const kept = into !== null && existsSync(into) ? (JSON.parse(readFileSync(into, 'utf8')) as BenchFigures) : {};
  const wanted = sectionsOf(values.only) ?? NAMES.filter((name) => kept[name] === undefined);
  const missing = lacking(wanted);
  if (missing !== null) {
    process.stderr.write(`bench:fleet needs ${missing} on this machine\n`);
    return 3;
  }
  const startedAt = performance.now();
  const seconds = (): string => ((performance.now() - startedAt) / 1000).toFixed(0).padStart(4);
  const step = (what: string): void => void process.stderr.write(`${seconds()} s  ${what} …\n`);
  const place = await BenchPlace.open(sizes(wanted), step);
  let figures: BenchFigures = kept;
  try {
    for (const name of wanted) {
      figures = { ...figures, ...(await SECTIONS[name](place)) };
      if (into !== null) writeFileSync(into, `${JSON.stringify(figures)}\n`);
    }
  } finally {
    await place.close();
  }
  process.stderr.write(`${seconds()} s  done\n`);
  console.log(values.json ? JSON.stringify(figures) : asMarkdown(figures));
  if (values.write) await writeReport(figures, (performance.now() - startedAt) / 60_000);
  return 0;
}

process.exitCode = await main();
