import { join } from 'node:path';
import type { Actor, AnyActorRef, Subscription } from 'xstate';
import type { terminalMachine } from '../machines/terminal.machine.ts';
import type { TerminalJournal } from './terminal-journal.ts';
import type { TerminalParts } from './terminal-parts.ts';
import { WatchdogKeeper } from './watchdog-keeper.ts';

/** Feeds the box's watchdog from the running root and the cashier's session under it; gives what ends it. */
export function watchRoot(
  parts: TerminalParts,
  root: Actor<typeof terminalMachine>,
  journal: TerminalJournal,
): () => void {
  const { clock, config, devices, disk } = parts;
  if (devices.watchdog === undefined) return () => undefined;
  const [askChart, askCashier] = [asker(), asker()];
  const keeper = new WatchdogKeeper({
    watchdog: devices.watchdog,
    clock,
    askRoot: (answer) =>
      askChart(root, () => {
        const cashier = root.system.get('cashier') as AnyActorRef | undefined;
        if (cashier !== undefined) askCashier(cashier, answer);
      }),
    isStorageSound: () => journal.isOpen && isWritable(() => disk.open(join(config.dataDir, 'health')).close()),
  });
  return () => keeper.stop();
}

/** Sends an event through a chart; one that has ended, or hangs, never calls back. A question takes the place of the one before. */
function asker(): (chart: AnyActorRef, answer: () => void) => void {
  let waiting: Subscription | null = null;
  return (chart, answer) => {
    waiting?.unsubscribe();
    const subscription = chart.subscribe({
      next: () => {
        subscription.unsubscribe();
        answer();
      },
      // The supervisor hears of it elsewhere; an error without a listener here would end the process.
      error: () => undefined,
    });
    waiting = subscription;
    chart.send({ type: 'health.asked' });
  };
}

/** Opening for writing wears no flash, and a file system that the kernel has made read-only refuses it. */
function isWritable(open: () => void): boolean {
  try {
    open();
    return true;
  } catch {
    return false;
  }
}
