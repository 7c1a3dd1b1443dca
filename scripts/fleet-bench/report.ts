import type { BenchFigures, Crowd, Ingest, Times } from './figures.ts';
import { planFor } from './plan.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const ms = (value: number): string => (value < 10 ? value.toFixed(1) : whole(value));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function ingestRow(name: string, { perSecond, cost }: Ingest, peer: Ingest | undefined): string[] {
  const spent = Object.entries(cost).map(([who, time]) => `${who} ${ms(time)}`);
  return [name, whole(perSecond), peer === undefined ? '' : (perSecond / peer.perSecond).toFixed(2), spent.join(', ')];
}

function ingestTable({ database, embedded, workers }: BenchFigures): string[] {
  const rows: string[][] = [];
  if (database !== undefined) {
    rows.push(ingestRow('database alone, 1 connection', database.one, undefined));
    rows.push(ingestRow('database alone, 2 connections', database.two, database.one));
    rows.push(ingestRow('database alone, 4 connections', database.four, database.one));
  }
  if (embedded !== undefined) {
    rows.push(ingestRow('embedded broker alone', embedded.alone, undefined));
    rows.push(ingestRow('till fleet with it, committed and acknowledged', embedded.service, embedded.alone));
  }
  if (workers !== undefined) {
    rows.push(ingestRow('mosquitto alone', workers.alone, undefined));
    rows.push(ingestRow('mosquitto, 1 worker', workers.one, workers.alone));
    rows.push(ingestRow('mosquitto, 2 workers', workers.two, workers.one));
    rows.push(ingestRow('mosquitto, 4 workers', workers.four, workers.one));
  }
  if (rows.length === 0) return [];
  return [table(['ingest', 'events/s', '× the line it is compared with', 'computing a thousand events, ms'], rows)];
}

function crowdTable({ connections }: BenchFigures): string[] {
  if (connections === undefined) return [];
  const row = (name: string, { held, wanted, bytesEach, seconds }: Crowd): string[] => {
    return [name, `${whole(held)} of ${whole(wanted)}`, (bytesEach / 1024).toFixed(1), whole(held / seconds)];
  };
  const { embeddedAlone, service, serviceTls, mosquitto } = connections;
  return [
    table(
      ['connections', 'held', 'KiB each', 'connected a second'],
      [
        row('embedded broker alone', embeddedAlone),
        row('till fleet, no TLS', service),
        row('till fleet, mutual TLS', serviceTls),
        row('mosquitto alone', mosquitto),
      ],
    ),
  ];
}

const timesRow = (name: string, { seen, p50, p90, p99 }: Times): string[] => [
  ...[name, whole(seen), ms(p50), ms(p90), ms(p99)],
];
const TIMES_HEAD = ['seen', 'p50, ms', 'p90, ms', 'p99, ms'];

function listingTable({ listing }: BenchFigures): string[] {
  if (listing === undefined) return [];
  const rows = [
    timesRow('first page of 50', listing.firstPage),
    timesRow('a page in the middle', listing.deepPage),
    timesRow('search by a part of the name', listing.search),
    timesRow('by gravest alert', listing.byAlert),
    timesRow('database alone: first page', listing.databaseFirstPage),
    timesRow('database alone: page in the middle', listing.databaseDeepPage),
  ];
  const all = `All ${whole(listing.terminals)}, in pages of 200: ${(listing.wholeMs / 1000).toFixed(1)} s.`;
  return [table([`list of ${whole(listing.terminals)} terminals, over HTTP`, ...TIMES_HEAD], rows), all];
}

function litTable({ lit }: BenchFigures): string[] {
  if (lit === undefined) return [];
  const rows = [
    timesRow('until the browser is told', lit.told),
    timesRow('until the state is lit', lit.lit),
    timesRow('broker alone: an event and its acknowledgement', lit.brokerAlone),
    timesRow('database alone: a commit of one event', lit.databaseAlone),
  ];
  return [table(['from a transition on a terminal', ...TIMES_HEAD], rows)];
}

/** The plan that follows from the figures; null while a section that it needs is missing. */
export function planOf({ database, workers, connections }: BenchFigures): string[] | null {
  if (database === undefined || workers === undefined || connections === undefined) return null;
  return planFor({
    workerCost: workers.one.cost['workers'] ?? 0,
    databaseCost: workers.one.cost['database'] ?? 0,
    bytesAnEvent: database.bytesAnEvent,
    bytesAConnection: connections.serviceTls.bytesEach,
  });
}

/** Everything that was measured, as Markdown. */
export function asMarkdown(figures: BenchFigures): string {
  const plan = planOf(figures);
  const told =
    plan === null
      ? 'No plan: it needs the sections database, workers and connections.'
      : `The plan for a million terminals that follows:\n\n${plan.map((line) => `- ${line}`).join('\n')}`;
  const parts = [ingestTable, crowdTable, listingTable, litTable].flatMap((part) => part(figures));
  return [...parts, told].join('\n\n');
}
