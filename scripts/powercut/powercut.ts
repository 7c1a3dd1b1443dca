// `npm run powercut`: cuts the power of an ext4 disk at any place under the product's journal, settings and key, and looks what is left.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { commandLine, wholeNumber } from '../command-line.ts';
import { afterTheCut } from './after-the-cut.ts';
import { Believed, type AckLine, type Seen } from './believed.ts';
import { CUT_KINDS, CutDisk, cutPlaces, type CutKind } from './cut-disk.ts';
import type { DiskEvent } from './disk-log.ts';
import { CannotRun, LoggedDisk, newDisk, whyNot } from './logged-disk.ts';
import { liveOnLoggedDisk } from './shop-life.ts';

const USAGE = `Usage: npm run powercut -- [--cuts N] [--seed S]

Logs every block that the terminal's journal, settings and key write to an ext4 file system, cuts the
power at N places (default 2000), and lets the terminal's own recovery start on what each cut left.
Needs Linux, root, FUSE and loop devices.

Exit codes: 0 when nothing acknowledged was lost, 1 when something was, 2 for wrong options,
3 when this machine cannot run it.
`;
const CUTS_PER_RUN = 100;
const SALES_PER_LIFE = 150;
const PROGRESS_EVERY_MS = 5000;

interface Start {
  readonly base: Buffer;
  /** Null: a new disk. */
  readonly left: { readonly seen: Seen; readonly usedNumbers: ReadonlySet<string> } | null;
}

/** All figures of one invocation. */
class Report {
  readonly kinds = new Map<CutKind, number>(CUT_KINDS.map((kind) => [kind, 0]));
  readonly failures: string[] = [];
  runs = 0;
  runsAfterCut = 0;
  cuts = 0;
  opened = 0;
  acknowledged = 0;
  killed = 0;
  writes = 0;
  flushes = 0;
  segmentsMax = 0;
  inFlight = 0;

  addShop(events: readonly DiskEvent[], killed: number, afterCut: boolean): void {
    this.runs += 1;
    this.killed += killed;
    if (afterCut) this.runsAfterCut += 1;
    this.writes += events.filter(({ kind }) => kind === 'write').length;
    this.flushes += events.filter(({ kind }) => kind === 'flush').length;
  }

  addCut(cut: { kind: CutKind; segments: number; inFlight: boolean; acknowledged: number }): void {
    this.cuts += 1;
    this.kinds.set(cut.kind, (this.kinds.get(cut.kind) ?? 0) + 1);
    this.acknowledged += cut.acknowledged;
    this.segmentsMax = Math.max(this.segmentsMax, cut.segments);
    if (cut.inFlight) this.inFlight += 1;
  }

  addTroubles(where: string, troubles: readonly string[]): void {
    if (troubles.length === 0) this.opened += 1;
    this.failures.push(...troubles.map((trouble) => `${where}: ${trouble}`));
  }

  text(seconds: number): string {
    const kinds = [...this.kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
    return [
      `${this.cuts} power cuts in ${seconds.toFixed(0)} s (${(this.cuts / seconds).toFixed(1)} a second): ${kinds}`,
      `  ${this.runs} shops on ext4, ${this.runsAfterCut} of them on a disk that an earlier cut left; ${this.killed} lives ended by kill -9`,
      `  ${this.writes} writes and ${this.flushes} flushes logged; up to ${this.segmentsMax} journal segments`,
      `  ${this.inFlight} cuts while writes were in flight; ${this.acknowledged} acknowledged records looked for`,
      `  opened, paid and settled one more sale: ${this.opened} of ${this.cuts}`,
      this.failures.length === 0 ? '  0 acknowledged records lost, 0 corrupt, 0 numbers rolled back' : '',
      ...this.failures.map((failure) => `  FAILED ${failure}`),
    ]
      .filter((line) => line !== '')
      .join('\n');
  }
}

async function run(cuts: number, seed: number): Promise<number> {
  const folder = mkdtempSync(join(process.env['TMPDIR'] ?? tmpdir(), 'till-powercut-'));
  const report = new Report();
  const startedAt = performance.now();
  try {
    LoggedDisk.build(folder);
    const fresh: Start = { base: newDisk(folder), left: null };
    let start = fresh;
    for (let index = 0; report.cuts < cuts; index += 1) {
      // Every third shop is new: key and first segment are made only once in the life of a disk.
      if (index % 3 === 0) start = fresh;
      const left = await oneShop(folder, start, Math.min(CUTS_PER_RUN, cuts - report.cuts), `${seed}-${index}`, report);
      if (left !== null) start = left;
      const seconds = (performance.now() - startedAt) / 1000;
      console.log(
        `shop ${index}: ${report.cuts} of ${cuts} cuts, ${report.failures.length} failed, ${seconds.toFixed(0)} s`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\nseed ${seed}: ${report.text((performance.now() - startedAt) / 1000)}`);
  return report.failures.length === 0 ? 0 : 1;
}

/** One shop lives on a logged disk; then its disk is cut at many places. Gives one of the disks that the cuts left. */
async function oneShop(
  folder: string,
  start: Start,
  cuts: number,
  seed: string,
  report: Report,
): Promise<Start | null> {
  const random = new SeededRandom(seed);
  const { events, killed } = await liveOnLoggedDisk({
    folder,
    base: start.base,
    random,
    salesPerLife: SALES_PER_LIFE,
  });
  report.addShop(events, killed, start.left !== null);
  const disk = new CutDisk(start.base);
  const believed = new Believed(start.left);
  let left: Start | null = null;
  let done = 0;
  let toldAt = performance.now();
  for (const [index, place] of cutPlaces(events, cuts, random).entries()) {
    for (; done < place; done += 1) {
      const event = events[done];
      if (event === undefined) break;
      disk.take(event);
      if (event.kind === 'ack') believed.take(JSON.parse(event.line) as AckLine);
    }
    const kind = CUT_KINDS[Math.floor(random.fraction() * CUT_KINDS.length)] ?? 'all lost';
    const medium = disk.cut(kind, random);
    const aftermath = await afterTheCut(folder, medium, believed);
    const troubles = [...believed.strange.splice(0), ...aftermath.troubles];
    report.addCut({
      kind,
      segments: aftermath.segments,
      inFlight: disk.pending > 0,
      acknowledged: believed.acknowledged,
    });
    report.addTroubles(`shop ${seed}, cut ${index} behind event ${place} (${kind})`, troubles);
    const { seen } = aftermath;
    if (seen !== null && believed.acknowledged > 0 && index >= cuts / 2) {
      left ??= { base: medium, left: { seen, usedNumbers: new Set(believed.usedNumbers) } };
    }
    if (performance.now() - toldAt > PROGRESS_EVERY_MS) {
      toldAt = performance.now();
      console.log(`  ${report.cuts} cuts, ${report.failures.length} failed`);
    }
  }
  return left;
}

async function main(): Promise<number> {
  const options = { cuts: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } } as const;
  const { values } = commandLine(USAGE, { options });
  const cuts = wholeNumber(USAGE, '--cuts', values.cuts);
  const seed = wholeNumber(USAGE, '--seed', values.seed);
  const reason = whyNot();
  if (reason !== null) {
    console.log(`cannot run here: ${reason}`);
    return 3;
  }
  try {
    return await run(cuts, seed);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    console.log(`cannot run here: ${error.message}`);
    return 3;
  }
}

process.exitCode = await main();
