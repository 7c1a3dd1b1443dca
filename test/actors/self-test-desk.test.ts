import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createActor, toPromise } from 'xstate';
import type { PaymentDesk } from '../../actors/payment-ports.ts';
import { selfTestPorts } from '../../actors/self-test-desk.ts';
import { TerminalJournal } from '../../actors/terminal-journal.ts';
import type { PingAnswer } from '../../domain/payment-gateway.ts';
import type { SelfCheck, SelfCheckRow } from '../../domain/screens/flow-view.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';
import { openFileKeyStore } from '../../hal/key-store/file-key-store.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';

const test = suite('actors/self-test-desk');

const DOMAINS = ['https://a.test', 'https://b.test:8443'];

function openDesk(answers: Partial<Record<string, PingAnswer>> = {}) {
  const clock = new VirtualClock();
  const disk = new SimulatedDisk();
  const random = new SeededRandom(1);
  disk.makeFolder('/data');
  const journal = new TerminalJournal({
    disk,
    folder: '/data/journal',
    clock,
    version: 'test',
    onFailure: () => undefined,
  });
  const parts = {
    clock,
    disk,
    version: '1.0',
    config: { sn: 'T1', dataDir: '/data', gateway: { domains: DOMAINS } },
    keyStore: openFileKeyStore({ disk, path: '/data/key', random }),
    settings: { warnings: [], current: () => ({ configuration: null }) },
    devices: { printer: { status: () => 'ok' as const } },
    gateway: {
      ping: ({ domain }: { domain: string }): Promise<PingAnswer> =>
        Promise.resolve(answers[domain] ?? { kind: 'alive', latencyMs: 4, gatewayTimeMs: clock.wallMs() }),
    },
  };
  const ports = selfTestPorts({ parts, journal } as unknown as PaymentDesk);
  const run = (check: SelfCheck): Promise<readonly SelfCheckRow[]> => {
    const actor = createActor(ports.runCheck, { input: { check } });
    actor.start();
    return toPromise(actor);
  };
  return { run, clock, disk, journal };
}

test('the storage check writes beside the journal, leaves nothing behind and adds no fact', async () => {
  const { run, disk, journal } = openDesk();
  const before = journal.tail(256).length;
  assert.equal((await run('journal'))[0]?.state, 'ok');
  assert.is(disk.exists('/data/self-test'), false);
  assert.is(journal.tail(256).length, before);
});

test('the key store must open what it has sealed, and the settings must be undamaged', async () => {
  const { run } = openDesk();
  assert.equal((await run('key-store'))[0]?.state, 'ok');
  assert.equal((await run('settings'))[0]?.state, 'ok');
});

test('every domain has its own verdict, and the clock is judged by the time that they told', async () => {
  const { run, clock } = openDesk({ 'https://a.test': { kind: 'dead', reason: 'refused', latencyMs: 1 } });
  assert.equal(await run('clock'), [{ check: 'clock', of: '', state: 'listen', detail: '-' }]);
  assert.equal(await run('network'), [
    { check: 'network', of: 'a.test', state: 'faulty', detail: 'refused' },
    { check: 'network', of: 'b.test:8443', state: 'ok', detail: '4ms' },
  ]);
  assert.equal(await run('clock'), [{ check: 'clock', of: '', state: 'ok', detail: '+0s' }]);
  clock.jumpWall(-3_600_000);
  assert.equal(await run('clock'), [{ check: 'clock', of: '', state: 'faulty', detail: '-3600s' }]);
});

test.run();
