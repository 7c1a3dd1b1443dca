import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SnapshotJoiner } from '../../fleet/contract/snapshot-parts.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { makeCode } from '../../simulator/gateway/customer-codes.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { createSandbox } from '../../simulator/gateway/sandbox.ts';
import { sandboxTransport } from '../support/sandbox-transport.ts';
import { ScriptedBroker } from '../support/scripted-broker.ts';
import { VirtualTerminal } from '../support/virtual-terminal.ts';

// What leaves the box without a hand on it: everything that goes up to the fleet service, and what a crash of the process could leave.

const test = suite('secrets/fleet-canaries');
const PASSPHRASE = 'canary-passphrase-7731';
const UNITS = ['till.service', '../fleet/systemd/till-fleet.service', '../fleet/systemd/till-fleet-worker@.service'];

test('no key, customer code or passphrase goes up to the fleet: events, telemetry, snapshots, journal tails', async () => {
  const broker = new ScriptedBroker();
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const sandbox = createSandbox({ clock, random, merchants: demoMerchants('TILL_V1_000001') });
  const transport = sandboxTransport(sandbox, clock);
  const terminal = await VirtualTerminal.start({ seed: 1, clock, transport, fleet: broker.part });
  await terminal.pass(10_000);
  const secrets = [PASSPHRASE, demoMerchants()[0]?.authenKey ?? ''];
  const ask = (id: string, op: string, args: object): void =>
    broker.say('dn/cm', { id, op, args: { ...args }, exp: clock.wallMs() + 600_000, by: 'ops' });
  ask('follow', 'snapshot', { followMs: 300_000 });
  for (const kind of ['plain', 'insufficient', 'never'] as const) {
    const code = makeCode('wechat', kind, 0, random);
    secrets.push(code);
    terminal.keypad.press('cancel', '1', '.', '5', 'enter');
    await terminal.turn();
    if (terminal.screenName === 'confirm') terminal.keypad.press('enter');
    terminal.scanner.read(code);
    await terminal.pass(1000);
    ask(`during-${kind}`, 'snapshot', {});
    await terminal.pass(20_000);
  }
  terminal.keypad.press('cancel');
  terminal.scanner.read(`WIFI:T:WPA;S:tea;P:${PASSPHRASE};;`);
  await terminal.pass(5000);
  terminal.keypad.press('cancel');
  ask('tail', 'journal', { count: 200 });
  await terminal.pass(400_000);

  const parts = broker.of('up/sn');
  const heard = [...broker.heard.map(({ message }) => JSON.stringify(message))];
  for (const id of new Set(parts.map((part) => part.id))) {
    const [first, ...rest] = parts.filter((part) => part.id === id);
    if (first === undefined) continue;
    const joiner = new SnapshotJoiner(first);
    for (const part of rest) joiner.add(part);
    const joined = joiner.join();
    assert.ok(joined.ok, 'a snapshot that cannot be read proves nothing');
    heard.push(JSON.stringify(joined.snapshot));
  }
  assert.ok(parts.length >= 3 && broker.of('up/tm').length > 0 && broker.events().length > 10);
  const said = heard.join('\n');
  for (const secret of secrets) assert.not.ok(said.includes(secret), `${secret} went up to the fleet service`);
});

for (const unit of UNITS) {
  test(`${unit} leaves no core: what a crashed process held is never written out`, () => {
    const text = readFileSync(new URL(`../../deploy/systemd/${unit}`, import.meta.url), 'utf8');
    assert.match(text, /^LimitCORE=0$/m);
  });
}

test.run();
