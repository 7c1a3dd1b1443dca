import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { nextStart, otherSlot, SLOT_NAMES, type BootState, type SlotName } from '../../domain/boot-state.ts';
import { BootRecord } from '../../hal/boot/boot-record.ts';
import { SlotFolders } from '../../hal/boot/slot-folders.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import { installPackaged } from './packaged-release.ts';

// The launcher is installed once and never upgraded in place: it uses nothing but Node, and knows slots and starts only.
const EXIT_USAGE = 2;
const EXIT_NOTHING_TO_START = 72;
/** The release stopped in order because it is to be started again. */
const EXIT_RESTART = 75;

/** The upgrade folder of one box: its boot record and its slots. */
interface Box {
  readonly folder: string;
  readonly record: BootRecord;
  readonly slots: SlotFolders;
}

interface Chosen {
  readonly slot: SlotName;
  /** How long the start has, when it is a trial. */
  readonly deadlineMs: number | null;
}

function say(words: string): void {
  process.stderr.write(`till-launcher: ${words}\n`);
}

function standingRecord({ record }: Box): BootState | null {
  try {
    return record.read();
  } catch (error) {
    say(`the boot record cannot be read: ${String(error)}`);
    return null;
  }
}

/** What runs now. A trial that cannot be counted does not run. */
function choose(box: Box): Chosen | null {
  const isWhole = (slot: SlotName): boolean => box.slots.installed(slot) !== null;
  const state = standingRecord(box);
  const next = nextStart(state, isWhole);
  if (next === null) return null;
  if (next.record === null) return { slot: next.slot, deadlineMs: null };
  try {
    box.record.write(next.record);
    return { slot: next.slot, deadlineMs: next.record.trial?.deadlineMs ?? null };
  } catch (error) {
    say(`the boot record cannot be written: ${String(error)}`);
    const safe = state?.trial?.slot === next.slot ? state.active : next.slot;
    return { slot: isWhole(safe) ? safe : otherSlot(safe), deadlineMs: null };
  }
}

/** A trial that is not confirmed in time is ended; one that was confirmed meanwhile goes on. */
function watchTrial(box: Box, { slot, deadlineMs }: Chosen, kill: () => void): NodeJS.Timeout | undefined {
  if (deadlineMs === null) return undefined;
  return setTimeout(() => {
    if (standingRecord(box)?.trial?.slot !== slot) return;
    say(`slot ${slot} was not confirmed in time`);
    kill();
  }, deadlineMs);
}

/** One life of the release: its exit code (null when a signal ended it), and whether somebody asked it to stop. */
async function live(
  box: Box,
  chosen: Chosen,
  words: readonly string[],
): Promise<{ code: number | null; asked: boolean }> {
  const entry = `${box.slots.folderOf(chosen.slot)}/${box.slots.installed(chosen.slot)?.entry ?? ''}`;
  const environment = { ...process.env, TILL_SLOT: chosen.slot };
  // The release runs with the flags that this process was given.
  const child = spawn(process.execPath, [...process.execArgv, entry, ...words], { stdio: 'inherit', env: environment });
  let asked = false;
  const pass = (signal: NodeJS.Signals): void => {
    asked = true;
    child.kill(signal);
  };
  process.on('SIGTERM', pass).on('SIGINT', pass);
  const trial = watchTrial(box, chosen, () => child.kill('SIGKILL'));
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(EXIT_NOTHING_TO_START));
    child.once('exit', (exitCode) => resolve(exitCode));
  });
  clearTimeout(trial);
  process.off('SIGTERM', pass).off('SIGINT', pass);
  return { code, asked };
}

/** A box that was never upgraded starts with what its package brought. */
function fillEmptySlots({ slots }: Box, packaged: string | null): void {
  if (packaged === null || SLOT_NAMES.some((slot) => slots.installed(slot) !== null)) return;
  try {
    installPackaged(slots, packaged);
  } catch (error) {
    say(`the packaged release cannot be put into slot a: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Starts what the boot record says, again and again while a trial lasts or the release asks for it; gives the exit code. */
async function launch(folder: string, packaged: string | null, words: readonly string[]): Promise<number> {
  const disk = new NodeDisk();
  const box: Box = { folder, record: new BootRecord({ disk, folder }), slots: new SlotFolders({ disk, folder }) };
  fillEmptySlots(box, packaged);
  for (;;) {
    const chosen = choose(box);
    if (chosen === null) {
      say(`neither slot of ${folder} holds a whole release: install one with "till release install"`);
      return EXIT_NOTHING_TO_START;
    }
    const { code, asked } = await live(box, chosen, words);
    // An unconfirmed trial starts again until its starts are used up; a confirmed release is the service manager's business.
    const isTrial = standingRecord(box)?.trial?.slot === chosen.slot;
    if (asked || (code !== EXIT_RESTART && (code === 0 || !isTrial))) return code ?? 1;
  }
}

const PACKAGED = '--packaged=';
const given = process.argv.slice(2);
const packagedWord = given[0]?.startsWith(PACKAGED) === true ? given.shift()?.slice(PACKAGED.length) : undefined;
const [folderWord, ...terminalWords] = given;
if (folderWord === undefined) {
  say('usage: till-launcher [--packaged=FOLDER] FOLDER [options of the terminal]');
  process.exitCode = EXIT_USAGE;
} else {
  const packaged = packagedWord === undefined ? null : resolve(packagedWord);
  void launch(resolve(folderWord), packaged, terminalWords).then((code) => {
    process.exitCode = code;
  });
}
