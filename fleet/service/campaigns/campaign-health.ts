import { sql } from 'kysely';
import type { FleetTransaction } from '../store/database.ts';
import { dayOf } from '../store/event-partitions.ts';
import { records } from '../store/records.ts';
import type { Campaign } from './campaign-record.ts';
import { paymentFigures, type JournalStretch } from './payment-figures.ts';
import { judgeHealth, NO_PAYMENTS, type HealthVerdict, type PaymentFigures } from './payment-health.ts';

const LAST_S = Number.MAX_SAFE_INTEGER;

interface Upgraded {
  readonly tid: string;
  readonly e: string;
  readonly s: number;
  readonly until: number | null;
  readonly bootMs: number;
  readonly baseline: PaymentFigures | null;
}

/**
 * How the payments go of the terminals that run the release, each beside its own time before it. What belongs to which is told by the
 * terminal's own journal (the start of the release is in it), so neither clocks nor late packets mix them up.
 */
export async function measureHealth(trx: FleetTransaction, campaign: Campaign, nowMs: number): Promise<HealthVerdict> {
  await findBoots(trx, campaign);
  const upgraded = await upgradedMembers(trx, campaign);
  await keepBaselines(trx, campaign, upgraded, nowMs);
  const members = await upgradedMembers(trx, campaign);
  const since = await paymentFigures(
    trx,
    members.map(({ tid, e, s, until, bootMs }) => ({ tid, e, fromS: s, toS: until ?? LAST_S, fromMs: bootMs })),
    nowMs,
  );
  const samples = members.map(({ tid, baseline }) => {
    return { tid, baseline: baseline ?? NO_PAYMENTS, since: since.get(tid) ?? NO_PAYMENTS };
  });
  const own = samples.map((sample) => ({ tid: sample.tid, health: judgeHealth([sample], campaign.plan.limits) }));
  await sql`update campaign_members m set health = x.health from ${records(own, 'tid text, health jsonb')}
    where m.campaign = ${campaign.id} and m.tid = x.tid and m.health is distinct from x.health`.execute(trx);
  return judgeHealth(samples, campaign.plan.limits);
}

/** Where the release began to run, in each terminal's journal. */
async function findBoots(trx: FleetTransaction, { id, version, plan }: Campaign): Promise<void> {
  const { rows } = await sql<{ sent: number | null }>`select min(sent_ms) as sent from campaign_members
    where campaign = ${id} and st in ('working', 'ok') and boot_s is null`.execute(trx);
  const sentMs = rows[0]?.sent ?? null;
  if (sentMs === null) return;
  const fromDay = dayOf(Math.max(sentMs, sentMs - plan.baselineMs));
  await sql`update campaign_members m set boot_e = y.e, boot_s = y.s from (
      select distinct on (c.tid) c.tid, v.e, v.s from campaign_members c join events v on v.tid = c.tid
        and v.type = 'BOOT' and v.d ->> 'version' = ${version} and v.received_ms >= c.sent_ms
        and v.day >= ${fromDay}::date
      where c.campaign = ${id} and c.st in ('working', 'ok') and c.boot_s is null order by c.tid, v.s) y
    where m.campaign = ${id} and m.tid = y.tid`.execute(trx);
}

async function upgradedMembers(trx: FleetTransaction, { id, version }: Campaign): Promise<Upgraded[]> {
  const { rows } = await sql<Upgraded>`select m.tid, m.boot_e as e, m.boot_s as s, m.sent_ms as "bootMs", m.baseline,
      (select min(v.s) from events v where v.tid = m.tid and v.e = m.boot_e and v.s > m.boot_s and v.type = 'BOOT'
        and v.d ->> 'version' <> ${version}) as until
    from campaign_members m where m.campaign = ${id} and m.st in ('working', 'ok') and m.boot_s is not null`.execute(
    trx,
  );
  return rows;
}

/** A terminal's own baseline ends where the release begins, so it is measured once. */
async function keepBaselines(
  trx: FleetTransaction,
  { id, plan }: Campaign,
  upgraded: readonly Upgraded[],
  nowMs: number,
): Promise<void> {
  const fresh = upgraded.filter(({ baseline }) => baseline === null);
  if (fresh.length === 0) return;
  const before = await paymentFigures(
    trx,
    fresh.map(({ tid, e, s, bootMs }): JournalStretch => {
      return { tid, e, fromS: 0, toS: s, fromMs: bootMs - plan.baselineMs };
    }),
    nowMs,
  );
  const rows = fresh.map(({ tid }) => ({ tid, baseline: before.get(tid) ?? NO_PAYMENTS }));
  await sql`update campaign_members m set baseline = x.baseline from ${records(rows, 'tid text, baseline jsonb')}
    where m.campaign = ${id} and m.tid = x.tid`.execute(trx);
}
