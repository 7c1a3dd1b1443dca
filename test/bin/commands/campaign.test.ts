import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { campaignCommand } from '../../../bin/commands/campaign.ts';
import { startFleetService, type FleetService } from '../../../fleet/service/fleet-service.ts';
import { auditPage, THE_SERVICE, verifyAudit } from '../../../fleet/service/state/audit-log.ts';
import { addToken } from '../../../fleet/service/state/operators.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../../hal/random/system-random.ts';
import { CampaignBench } from '../../support/campaign-bench.ts';
import { RecordingDownlink, silentLog } from '../../support/fleet-parts.ts';
import { ReleaseWorkshop } from '../../support/release-workshop.ts';

interface World {
  bench: CampaignBench;
  service: FleetService;
  shop: ReleaseWorkshop;
  tokens: { ann: string; bob: string; guest: string };
}

const test = suite<World>('bin/commands/campaign');
const clock = new SystemClock();
const random = new SystemRandom();

/** Nobody comes this way: the bench's own worker has the terminals. */
class NoTerminals extends RecordingDownlink {
  async open(): Promise<void> {}
  async stopReading(): Promise<void> {}
  async close(): Promise<void> {}
}

test.before(async (world) => {
  world.bench = await CampaignBench.open();
  const { store } = world.bench;
  // Steps by itself once an hour: here the test steps.
  world.service = await startFleetService({
    ...{ store, source: new NoTerminals(), clock, random, log: silentLog, roundMs: 3_600_000 },
    http: { host: '127.0.0.1', port: 0 },
  });
  const token = async (name: string, role: 'operator' | 'viewer'): Promise<string> => {
    const parts = { db: store.db, random, nowMs: clock.wallMs() };
    return (await addToken(parts, THE_SERVICE, { name, role, expiresMs: null })).token;
  };
  world.tokens = {
    ann: await token('Ann', 'operator'),
    bob: await token('Bob', 'operator'),
    guest: await token('guest', 'viewer'),
  };
  world.shop = new ReleaseWorkshop(mkdtempSync(join(tmpdir(), 'till-campaign-')));
  world.shop.release('2.0.0');
  await world.bench.terminals(4);
});
test.after(async ({ service, shop, bench }) => {
  rmSync(shop.folder, { recursive: true, force: true });
  await service.close();
  await bench.close();
});

async function till(world: World, who: keyof World['tokens'] | null, ...argv: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const env = who === null ? {} : { TILL_FLEET_TOKEN: world.tokens[who] };
  const io = { stdin: new PassThrough(), stdout, stderr, env, signal: new AbortController().signal };
  const code = await campaignCommand.run([...argv, '--service', world.service.url ?? ''], io);
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

test('what cannot be understood is named, with exit code 2', async (world) => {
  for (const [argv, words] of [
    [['dance'], /a task is one of preview/],
    [['pause'], /pause needs ID/],
    [['create', '--version', '2.0.0', '--sha256', 'x'], /--name is required/],
    [['preview'], /--version is required/],
    [['preview', '--version', '2.0.0'], /--repo DIR, or --sha256/],
    [['preview', '--version', '2', '--sha256', 'x', '--waves', 'many'], /--waves must be like/],
    [['preview', '--version', '2', '--sha256', 'x', '--soak', '1'], /--soak must be like/],
    [['preview', '--version', '2', '--sha256', 'x', '--window', '25:00-26:00'], /--window must be like/],
    [['approve', 'u-1'], /says what is approved/],
    [['resume', 'u-1', '--limits', '{'], /must be a JSON object/],
    [['status', 'u-1', 'u-2'], /too many/],
  ] as const) {
    const { code, err } = await till(world, 'ann', ...argv);
    assert.equal([code, words.test(err)], [2, true], `${argv.join(' ')}: ${err}`);
  }
  assert.is((await till(world, null, 'status')).code, 2, 'without a token');
});

test('from preview to done by the command line: made by one, approved by another, all in the audit log', async (world) => {
  const { bench, shop } = world;
  const plan = join(shop.folder, 'plan.json');
  writeFileSync(plan, JSON.stringify({ limits: { paymentsMin: 0 } }));
  const what = [
    '--version',
    '2.0.0',
    '--repo',
    shop.repositoryFolder,
    '--plan',
    plan,
    '--waves',
    '1,100%',
    '--soak',
    '1s',
  ];
  const preview = await till(world, 'guest', 'preview', ...what);
  assert.equal([preview.code, preview.out], [0, '4 terminals, 4 there; waves of 1, 3\n']);
  assert.match((await till(world, 'guest', 'dry-run', ...what)).out, /wave 2 {2}3 terminals, 3 there, about/);
  const guest = await till(world, 'guest', 'create', '--name', 'May', ...what);
  assert.equal([guest.code, /needs the role operator/.test(guest.err)], [1, true]);
  const made = await till(world, 'ann', 'create', '--name', 'May', '--json', '--window', '02:00-05:00', ...what);
  const {
    id,
    state,
    plan: kept,
  } = JSON.parse(made.out) as {
    id: string;
    state: string;
    plan: { terms: { window: object }; bytes: number };
  };
  assert.equal([state, kept.terms.window], ['draft', { from: 120, to: 300 }]);
  assert.ok(kept.bytes > 0);
  assert.is((await till(world, 'ann', 'start', id)).code, 3, 'not approved');
  const own = await till(world, 'ann', 'approve', id, '--version', '2.0.0', '--repo', shop.repositoryFolder);
  assert.equal([own.code, /a second operator must/.test(own.err)], [3, true]);
  assert.is((await till(world, 'bob', 'approve', id, '--sha256', 'ab'.repeat(32))).code, 3, 'another release');
  assert.is((await till(world, 'bob', 'approve', id, '--version', '2.0.0', '--repo', shop.repositoryFolder)).code, 0);
  assert.match((await till(world, 'ann', 'start', id)).out, /running/);
  for (let wave = 0; wave < 2; wave++) {
    await bench.pass(100);
    for (const due of await bench.step()) await bench.upgrade(due);
    await bench.step();
    await bench.pass(1001);
    await bench.step();
  }
  const status = (await till(world, 'guest', 'status', id)).out;
  assert.match(status, /May {2}2\.0\.0 {2}done/);
  assert.match(status, /terminals 4 ok/);
  assert.match((await till(world, 'guest', 'history', 'till-01')).out, /-1 {2}ok/);
  assert.match((await till(world, 'guest', 'status')).out, /May/);
  const { entries } = await auditPage(bench.store.db, { before: null, limit: 50 });
  const actions = (entries as { action: string; who: string }[]).map(({ action, who }) => `${action} ${who}`);
  for (const said of [
    'campaign.create Ann',
    'campaign.approve Bob',
    'campaign.start Ann',
    'campaign.done till fleet',
  ]) {
    assert.ok(actions.includes(said), `${said} in ${actions.join(', ')}`);
  }
  assert.is((await verifyAudit(bench.store.db)).ok, true);
});

test('pause, resume, abort and retry answer with what became of it, or why not', async (world) => {
  const what = ['--version', '3.0.0', '--sha256', 'cd'.repeat(32), '--waves', '100%'];
  const made = await till(world, 'ann', 'create', '--name', 'June', '--json', ...what);
  const { id } = JSON.parse(made.out) as { id: string };
  await till(world, 'bob', 'approve', id, '--sha256', 'cd'.repeat(32));
  await till(world, 'ann', 'start', id);
  assert.match((await till(world, 'ann', 'pause', id, '--why', 'lunch')).out, /paused: lunch/);
  const wrong = await till(world, 'ann', 'resume', id, '--limits', '{"slowerFactor": 0}');
  assert.equal([wrong.code, /slowerFactor/.test(wrong.err)], [1, true]);
  assert.match((await till(world, 'ann', 'resume', id, '--limits', '{"slowerFactor": 3}')).out, /running/);
  const retried = await till(world, 'ann', 'retry', id, '--cause', 'rolled-back');
  assert.is(retried.out, '0 terminals are tried again\n');
  assert.match((await till(world, 'ann', 'abort', id)).out, /aborted: abort by Ann/);
  assert.is((await till(world, 'ann', 'abort', id)).code, 3);
  assert.is((await till(world, 'ann', 'status', 'u-none')).code, 1);
});

test.run();
