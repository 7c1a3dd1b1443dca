import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SimulatedTerminal } from '../../../fleet/service/simulate/simulated-terminal.ts';
import { verifyAudit } from '../../../fleet/service/state/audit-log.ts';
import { openPglite } from '../../../fleet/service/store/open-pglite.ts';
import { openPostgresql } from '../../../fleet/service/store/open-postgresql.ts';
import type { FleetStore } from '../../../fleet/service/store/fleet-store.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../../hal/random/system-random.ts';
import { silentLog } from '../../support/fleet-parts.ts';
import { hasPostgresql, startThrowawayPostgresql } from '../../support/throwaway-postgresql.ts';

// The real process, ended by SIGKILL while terminals send, and started again: more than once.

const killed = suite('fleet/service killed mid-ingest');
const TILL = new URL('../../../bin/till.mjs', import.meta.url).pathname;
const TERMINALS = 4;
const EVENTS = 600;
const clock = new SystemClock();
const random = new SystemRandom();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** `till fleet` as a shell starts it; resolves when it is open. */
async function startFleet(folder: string, port: number, database: string | null): Promise<ChildProcess> {
  const place = database === null ? [] : ['--database', database];
  const options = ['--data', folder, '--plain', '--mqtt-port', String(port), '--http-port', '0', '--json', ...place];
  const child = spawn(process.execPath, [TILL, 'fleet', 'serve', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the service ended with ${code}: ${said.slice(-2000)}`);
  });
  ended.catch(() => undefined);
  await Promise.race([once(child.stdout, 'data'), ended]);
  return child;
}

/** Resolves when it has ended, also when it had before. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function story(
  open: () => Promise<FleetStore>,
  { folder, database, kills }: { readonly folder: string; readonly database: string | null; readonly kills: number },
): Promise<void> {
  const port = await freePort();
  let child = await startFleet(folder, port, database);
  const terminals = Array.from({ length: TERMINALS }, (_, index) => {
    const tid = `kill-${index + 1}`;
    return new SimulatedTerminal({
      ...{ tid, clock, random, epoch: 'e1', software: '1.0.0', telemetryMs: 60_000, pauseMs: null, downlinkQos: 1 },
      dial: () => connect(port, '127.0.0.1'),
    });
  });
  const acked = (): number => terminals.reduce((sum, { outbox }) => sum + outbox.acked, 0);
  try {
    for (const terminal of terminals) terminal.start();
    let noted = 0;
    for (let kill = 0; kill < kills; kill++) {
      const before = acked();
      for (const terminal of terminals) {
        // In batches, as after a while without connection: single facts at this pace would be a flood.
        for (let i = 1; i < EVENTS; i++) terminal.outbox.add(clock.wallMs(), 'COUNTER_BLOCK', { until: i });
        terminal.note('COUNTER_BLOCK', { until: EVENTS });
      }
      noted += EVENTS;
      // Some of it is acknowledged, most of it is on its way.
      while (acked() <= before + TERMINALS) await new Promise((resolve) => setTimeout(resolve, 5));
      await end(child, 'SIGKILL');
      child = await startFleet(folder, port, database);
    }
    while (terminals.some(({ outbox }) => outbox.length > 0)) await new Promise((resolve) => setTimeout(resolve, 50));
    // A birth is an event of the terminal, too.
    const last = Math.max(...terminals.map(({ outbox }) => outbox.acked));
    assert.ok(last >= noted);
  } finally {
    for (const terminal of terminals) terminal.vanish();
    await end(child, 'SIGTERM');
  }
  const store = await open();
  try {
    for (const [index, { outbox }] of terminals.entries()) {
      const tid = `kill-${index + 1}`;
      const rows = await store.db.selectFrom('events').select('s').where('tid', '=', tid).orderBy('s').execute();
      assert.equal(
        rows.map(({ s }) => s),
        Array.from({ length: outbox.acked }, (_, at) => at + 1),
        `${tid}: everything once, in order, without a gap`,
      );
    }
    assert.ok((await verifyAudit(store.db)).ok, 'the audit log is whole');
  } finally {
    await store.close();
  }
}

killed('on the embedded database nothing acknowledged is lost, and nothing is stored twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-killed-'));
  // Its start takes seconds of computing: once is enough.
  await story(() => openPglite(folder), { folder, database: null, kills: 1 });
  rmSync(folder, { recursive: true, force: true });
});

if (hasPostgresql()) {
  killed('on PostgreSQL, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'till-killed-'));
    const server = await startThrowawayPostgresql();
    try {
      await story(() => openPostgresql(server.url, silentLog, clock), { folder, database: server.url, kills: 3 });
    } finally {
      await server.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  });
} else {
  process.stdout.write('no PostgreSQL server here, not run: fleet/service killed mid-ingest on PostgreSQL\n');
}

killed.run();
