import { join } from 'node:path';
import type { Actor } from 'xstate';
import type { terminalMachine } from '../machines/terminal.machine.ts';
import type { TerminalJournal } from './terminal-journal.ts';
import type { TerminalParts } from './terminal-parts.ts';
import { WatchdogKeeper } from './watchdog-keeper.ts';

/** Feeds the box's watchdog from the running root; gives what ends it. */
export function watchRoot(
  parts: TerminalParts,
  root: Actor<typeof terminalMachine>,
  journal: TerminalJournal,
): () => void {
  const { clock, config, devices, disk } = parts;
  if (devices.watchdog === undefined) return () => undefined;
  const keeper = new WatchdogKeeper({
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
  return () => keeper.stop();
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
