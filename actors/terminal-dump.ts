import type { AnyActorRef } from 'xstate';
import type { TerminalJournal } from './terminal-journal.ts';

const JOURNAL_ENTRIES = 50;

/** One actor as support sees it. Contexts hold no secret by construction: those stay in the actors' vaults. */
export interface ActorDump {
  readonly machine: string;
  readonly state: unknown;
  readonly context: unknown;
}

/** A look inside for support: actors by id, the last journal entries, and the numbers of what is open. */
export interface TerminalDump {
  readonly actors: Readonly<Record<string, ActorDump>>;
  readonly journal: readonly unknown[];
  readonly openOrders: readonly string[];
  readonly openRefunds: readonly string[];
}

/** A look inside: every live statechart, the last journal entries, what is open. */
export function dumpTerminal(root: AnyActorRef, journal: TerminalJournal): TerminalDump {
  const actors: Record<string, ActorDump> = {};
  collect('terminal', root, actors);
  const { ledger } = journal;
  return {
    actors,
    journal: journal.tail(JOURNAL_ENTRIES).map((entry) => ({ order: null, refund: null, ...entry })),
    openOrders: ledger.openOrders().map(({ intent }) => intent.order),
    openRefunds: ledger.openRefunds().map(({ intent }) => intent.refund),
  };
}

interface ChartSnapshot {
  readonly value?: unknown;
  readonly context?: unknown;
  readonly status: string;
  readonly machine?: { readonly id: string };
  readonly children?: Readonly<Record<string, AnyActorRef | undefined>>;
}

function collect(id: string, actor: AnyActorRef, into: Record<string, ActorDump>): void {
  const snapshot = actor.getSnapshot() as ChartSnapshot;
  // Promises and callbacks have no chart to show.
  if (snapshot.machine === undefined || snapshot.status !== 'active') return;
  into[id] = { machine: snapshot.machine.id, state: snapshot.value, context: snapshot.context };
  for (const [childId, child] of Object.entries(snapshot.children ?? {})) {
    if (child !== undefined) collect(childId, child, into);
  }
}
