import type { AnyActorRef } from 'xstate';
import type { TerminalSnapshot } from '../fleet/contract/snapshot.ts';
import { entryForSupport } from './fleet-link/event-of.ts';
import { maskedForSupport } from './support-mask.ts';
import { dumpTerminal } from './terminal-dump.ts';
import type { TerminalJournal } from './terminal-journal.ts';
import type { TerminalParts } from './terminal-parts.ts';
import type { TransitionLog } from './transition-log.ts';

const OPEN_MAX = 2000;
const ACTORS_MAX = 256;

/** What a look inside is taken from. */
export interface SnapshotSources {
  readonly root: AnyActorRef;
  readonly journal: TerminalJournal;
  /** Null: nobody keeps transitions on this terminal. */
  readonly transitions: TransitionLog | null;
  readonly parts: Pick<TerminalParts, 'version' | 'clock'>;
}

/** A look inside that may leave the terminal: every live chart, the last transitions and facts, masked by allow-list. */
export function terminalSnapshot(sources: SnapshotSources): TerminalSnapshot {
  const { root, journal, transitions, parts } = sources;
  const dump = dumpTerminal(root, journal);
  const { fleetEpoch, boot } = journal.ledger;
  const actors = Object.entries(dump.actors).slice(0, ACTORS_MAX);
  return {
    at: Math.max(0, parts.clock.wallMs()),
    sw: parts.version.slice(0, 64),
    ...(fleetEpoch !== null && { e: fleetEpoch }),
    b: boot,
    actors: Object.fromEntries(
      actors.map(([id, { machine, state, context }]) => [
        id.slice(0, 64),
        { machine: machine.slice(0, 64), state, context: maskedForSupport(context) },
      ]),
    ),
    transitions: transitions?.recent() ?? [],
    journal: journal.tail(200).map(entryForSupport),
    openOrders: dump.openOrders.slice(0, OPEN_MAX),
    openRefunds: dump.openRefunds.slice(0, OPEN_MAX),
  };
}
