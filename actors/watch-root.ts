import { join } from 'node:path';
import type { Actor } from 'xstate';
import type { terminalMachine } from '../machines/terminal.machine.ts';
import type { TerminalJournal } from './terminal-journal.ts';
import type { TerminalParts } from './terminal-parts.ts';
import { WatchdogKeeper } from './watchdog-keeper.ts';

/** Feeds the box's watchdog from the running root; null where the box has none. */
export function watchRoot(
  parts: TerminalParts,
  root: Actor<typeof terminalMachine>,
  journal: TerminalJournal,
): WatchdogKeeper | null {
  const { clock, config, devices, disk } = parts;
  if (devices.watchdog === undefined) return null;
  return new WatchdogKeeper({
    watchdog: devices.watchdog,
    clock,
    askRoot: (answer) => {
      const subscription = root.subscribe(() => {
        subscription.unsubscribe();
        answer();
      });
      root.send({ type: 'health.asked' });
    },
    isStorageSound: () => journal.isOpen && isWritable(() => disk.open(join(config.dataDir, 'health')).close()),
  });
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
