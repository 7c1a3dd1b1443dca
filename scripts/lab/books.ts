import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SandboxServer } from '../../simulator/gateway/server.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const WITH_SBIN = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

/** A fact as `till journal --json` prints it. */
export interface JournalEntry {
  readonly type: string;
  readonly d: Readonly<Record<string, unknown>>;
}

/** The journal's facts from the box's disk, read after the power was cut once more. */
export function journalOnDisk(disk: string, work: string): readonly JournalEntry[] {
  const folder = join(work, 'data');
  mkdirSync(folder, { recursive: true });
  // What the file system had not finished is finished first, as at the next mounting; 1 says that it was.
  spawnSync('e2fsck', ['-fy', disk], { env: WITH_SBIN });
  execFileSync('debugfs', ['-R', `rdump /till ${folder}`, disk], { env: WITH_SBIN, stdio: 'pipe' });
  const words = ['bin/till.mjs', 'journal', '--data', join(folder, 'till'), '--count', '1000', '--json'];
  const said = execFileSync(process.execPath, words, { cwd: PROJECT, encoding: 'utf8', stdio: 'pipe' });
  return (JSON.parse(said) as { entries: JournalEntry[] }).entries;
}

/** The gateway's book against the terminal's own: every sale is charged once, known as paid, and told by voice and slip. */
export function judgeSales(
  gateway: SandboxServer,
  sales: number,
  journal: readonly JournalEntry[],
  say: (words: string) => void,
): void {
  const { orders, totals } = gateway.sandbox.book();
  const wrong: string[] = [];
  if (orders.length !== sales) wrong.push(`${orders.length} orders instead of ${sales}`);
  if (totals.chargedTwice !== 0) wrong.push(`${totals.chargedTwice} charged twice`);
  for (const { number, totalFen, charges } of orders) {
    const facts = journal.filter(({ d }) => d['order'] === number);
    const results = facts.filter(({ type }) => type === 'ORDER_RESULT').map(({ d }) => String(d['outcome']));
    const told = facts.filter(({ type }) => type === 'TOLD').map(({ d }) => String(d['channel']));
    say(`${number}: ${totalFen} fen, charged ${charges} time; journal: ${results.join()}; told: ${told.join()}`);
    if (charges !== 1 || results.join() !== 'paid')
      wrong.push(`${number} is ${results.join()}, charged ${charges} times`);
    if (!told.includes('voice') || !told.includes('slip')) wrong.push(`${number} was not told`);
  }
  if (wrong.length > 0) throw new Error(wrong.join('; '));
}
