import type { FlowView } from '../../domain/screens/flow-view.ts';
import type { RefundView } from '../../domain/screens/refund-view.ts';
import type { ScreenView } from '../../domain/screens/screen-view.ts';

type Of<Name extends ScreenView['name']> = Extract<ScreenView, { readonly name: Name }>;
/** For each screen, what tells its kinds apart; '' for a screen of one kind. */
type Kinds = { readonly [Name in ScreenView['name']]: (view: Of<Name>) => string };

const CONFIG_TROUBLES = ['expired', 'bound-elsewhere', 'rejected', 'unreachable', 'key-refused', 'storage'];

/** Ends of an upgrade that the screen speaks of; the other steps look like a terminal that was never upgraded. */
const UPGRADE_ENDS = ['current', 'refused', 'confirmed', 'rolled-back', 'failed'];

const upgradeKind = ({ upgrade }: Extract<FlowView, { readonly name: 'upgrade' }>): string => {
  if (upgrade === undefined) return 'without-source';
  if (upgrade.phase !== 'resting') return upgrade.phase;
  return UPGRADE_ENDS.find((end) => end === upgrade.step) ?? '';
};
const journalKind = (view: Extract<FlowView, { readonly name: 'journal' }>): string => {
  if (view.shows === 'entry') return `entry-${view.row.kind}-${view.row.state}`;
  if (view.stage !== 'ready') return view.stage;
  return view.rows.length === 0 ? 'empty' : view.filter;
};
const pinKind = ({ note, of, question }: Extract<RefundView, { readonly name: 'refund-pin' }>): string => {
  if (note.kind !== 'none') return note.kind;
  return of === 'manager' ? 'manager' : question === 'refund' ? '' : question;
};
const single = (): string => '';

const KINDS: Kinds = {
  unconfigured: single,
  configuring: single,
  configured: single,
  'config-failed': ({ trouble }) => (CONFIG_TROUBLES.includes(trouble) ? trouble : 'other'),
  idle: single,
  amount: single,
  'present-code': single,
  paying: single,
  password: single,
  paid: ({ late }) => (late ? 'late' : ''),
  failed: ({ outcome }) => (outcome === 'failed' ? '' : outcome),
  unknown: single,
  refused: ({ reason }) => reason,
  confirm: ({ question }) => question,
  'domain-check': single,
  menu: single,
  'query-scan': ({ note }) => (note === 'looking-up' ? note : ''),
  'refund-scan': single,
  'refund-amount': ({ typed }) => (typed === '' ? '' : 'lowered'),
  'refund-pin': pinKind,
  'refund-pin-set': ({ isSet, of }) => `${of === 'manager' ? 'manager-' : ''}${isSet ? 'set' : 'removed'}`,
  refunding: single,
  'refund-accepted': ({ isDone }) => (isDone ? 'done' : ''),
  'refund-failed': ({ outcome }) => outcome,
  'refund-unknown': single,
  order: ({ found }) => found.state,
  'order-not-found': single,
  journal: journalKind,
  summary: ({ span, stage }) => (stage === 'ready' ? span : stage),
  staff: ({ stage }) => stage,
  shift: ({ stage }) => stage,
  'self-test': ({ rows }) => rows[0]?.state ?? '',
  unbind: ({ stage, trouble }) => (stage === 'refused' ? `refused-${trouble}` : stage),
  settings: ({ failed }) => (failed ? 'failed' : ''),
  support: ({ facts, printed }) => (facts.calls.length === 0 ? 'nothing' : printed ? 'printed' : ''),
  upgrade: upgradeKind,
  'wifi-joining': single,
  'wifi-joined': single,
  'wifi-failed': ({ trouble }) => trouble,
};

/** The name under which the manual shows a screen: the screen's name and, where it has several kinds, its kind. */
export function screenId(view: ScreenView): string {
  const kind = (KINDS[view.name] as (one: ScreenView) => string)(view);
  return kind === '' ? view.name : `${view.name}-${kind}`;
}
