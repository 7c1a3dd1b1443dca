import { UPGRADE_REASONS } from '../../domain/upgrade-reason.ts';
import {
  JOURNAL_FILTERS,
  SELF_CHECKS,
  type FlowView,
  type JournalRow,
  type UnbindTrouble,
  type WifiTrouble,
} from '../../domain/screens/flow-view.ts';
import type { SupportFacts } from '../../domain/support-facts.ts';
import { SUMMARY_SPANS } from '../../domain/shop-day.ts';
import { Tally } from '../../domain/totals.ts';

/** The longest facts: four calls with everything in them. */
export const SAMPLE_SUPPORT: SupportFacts = {
  sn: 'VENDOR_MODEL_0123456789012345678901234567',
  version: '12.34.56',
  at: '2026-12-31 23:59:59',
  order: '010099991234567890123456',
  refund: '010099999876543210987654',
  calls: ['refund_order', 'query_refund_order', 'client_order_detail', 'use_device_setting'].map((operation, at) => ({
    time: `23:59:5${at}`,
    operation,
    kind: at === 3 ? 'not-sent' : 'refused',
    host: 'sz.pay.qcloud.com',
    status: at === 3 ? null : 104,
    internalStatus: at === 3 ? null : 38_251,
    logId: at === 3 ? null : '18446744073709551615',
    connectMs: 2999.6,
    requestMs: 9999.6,
  })),
};

const UPGRADE_PHASES = ['resting', 'checking', 'downloading', 'waiting', 'restarting', 'trial'] as const;
const UPGRADE_STEPS = [
  'offered',
  'current',
  'refused',
  'staged',
  'confirmed',
  'rolled-back',
  'failed',
  'withdrawn',
] as const;
const UPGRADE = {
  name: 'upgrade',
  version: '0.1.0',
  slot: 'a',
  upgrade: {
    phase: 'resting',
    step: null,
    version: '12.34.56',
    percent: 100,
    reason: 'did-not-start',
    why: 'not confirmed after 3 starts',
    mayWait: true,
    fromServer: true,
    fromMedia: true,
  },
} as const;

/** A row of the journal with the widest things in it. */
export const sampleRow = (fields: Partial<JournalRow> = {}): JournalRow => ({
  kind: 'payment',
  order: '010099991234567890123456',
  refund: null,
  platform: 'alipay',
  amountFen: 5_000_000,
  time: '12-31 23:59',
  staffId: '1001',
  state: 'paid',
  reason: '',
  ...fields,
});

function busyTotals() {
  const tally = new Tally();
  for (const staffId of ['1001', '1002', '1003', '1004', '1005', '1006']) {
    tally.add({ kind: 'payment', platform: 'wechat', staffId, amountFen: 1_234_567 });
    tally.add({ kind: 'refund', platform: 'alipay', staffId, amountFen: 123_456 });
  }
  tally.addUnresolved(50_000);
  return tally.totals();
}

const UNBIND: readonly UnbindTrouble[] = ['unconfigured', 'open-items', 'rejected', 'unreachable', 'storage'];
const WIFI: readonly WifiTrouble[] = ['not-found', 'refused', 'failed', 'no-gateway', 'storage', 'cancelled'];
const DIFFERENCE = { platform: 'alipay', kind: 'refund', count: -12, fen: -123_456 } as const;
const REFUND_STATES = ['accepted', 'refunded', 'manual', 'failed', 'rejected', 'not-sent', 'unresolved'] as const;
const PAYMENT_STATES = ['paid', 'failed', 'not-sent', 'denied', 'unresolved'] as const;

/** Every screen of the flows, with the widest things in it. */
export function everyFlowView(): FlowView[] {
  const list = {
    name: 'journal',
    shows: 'list',
    rows: [sampleRow(), sampleRow()],
    selected: 0,
    page: 12,
    hasMore: true,
  } as const;
  const unbind = { name: 'unbind', trouble: null, description: '', shopName: '南山茶铺', open: 3 } as const;
  const shift = { name: 'shift', shift: 365, since: '12-31 23:59', totals: busyTotals() } as const;
  const states = ['waiting', 'testing', 'ok', 'faulty', 'listen'] as const;
  return [
    ...JOURNAL_FILTERS.map((filter) => ({ ...list, filter, stage: 'ready' as const })),
    { ...list, filter: 'all', rows: [], stage: 'ready' },
    { ...list, filter: 'all', stage: 'failed' },
    ...PAYMENT_STATES.map(
      (state) => ({ name: 'journal', shows: 'entry', row: sampleRow({ state }), slip: 'none' }) as const,
    ),
    ...REFUND_STATES.map((state) => {
      const refund = sampleRow({ kind: 'refund', state, refund: '010099999876543210987654' });
      return { name: 'journal', shows: 'entry', row: refund, slip: 'asked' } as const;
    }),
    ...SUMMARY_SPANS.map((span) => {
      const gateway = { kind: 'known', platforms: [], differences: [DIFFERENCE] } as const;
      return { name: 'summary', span, stage: 'ready', totals: busyTotals(), gateway, printed: false } as const;
    }),
    { name: 'summary', span: 'week', stage: 'failed', totals: null, gateway: { kind: 'asking' }, printed: false },
    ...(['typing', 'checking', 'set', 'set-unchecked', 'unknown-staff', 'failed'] as const).map(
      (stage) => ({ name: 'staff', stage, typed: '1002', staffId: '1001', staffName: '林晓雨' }) as const,
    ),
    ...(['reading', 'open', 'closing', 'closed', 'failed'] as const).map((stage) => ({ ...shift, stage })),
    ...states.map((state) => {
      const rows = SELF_CHECKS.map((check) => ({ check, of: '', state, detail: '' }));
      const facts = { sn: 'TILL_T1_000001', version: '0.1.0', deviceId: 'dev-001' };
      return { name: 'self-test', rows, facts, done: true, printed: state === 'ok' } as const;
    }),
    ...(['reading', 'asking', 'unbinding', 'unbound'] as const).map((stage) => ({ ...unbind, stage })),
    ...UNBIND.map((trouble) => ({ ...unbind, stage: 'refused' as const, trouble })),
    ...[true, false].map((printed) => ({ name: 'support', facts: SAMPLE_SUPPORT, printed }) as const),
    { name: 'support', facts: { ...SAMPLE_SUPPORT, order: null, refund: null, calls: [] }, printed: false },
    ...[0, 1].map(
      (selected) =>
        ({ name: 'settings', selected, managerCodeSet: true, guided: false, failed: selected === 1 }) as const,
    ),
    { name: 'upgrade', version: '0.1.0', slot: null },
    ...UPGRADE_PHASES.map((phase) => ({ ...UPGRADE, upgrade: { ...UPGRADE.upgrade, phase } })),
    ...UPGRADE_STEPS.map((step) => ({ ...UPGRADE, upgrade: { ...UPGRADE.upgrade, step } })),
    ...UPGRADE_REASONS.map((reason) => ({
      ...UPGRADE,
      upgrade: { ...UPGRADE.upgrade, step: 'failed' as const, reason },
    })),
    { name: 'wifi-joining', ssid: 'Nanshan Tea 5G' },
    { name: 'wifi-joined', ssid: 'Nanshan Tea 5G' },
    ...WIFI.map((trouble) => ({ name: 'wifi-failed', ssid: 'Tea', trouble, backOn: 'Old' }) as const),
  ];
}
