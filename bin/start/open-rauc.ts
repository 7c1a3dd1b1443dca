import { readFileSync } from 'node:fs';
import type { BootStore } from '../../hal/boot/contract.ts';
import { ImageNotes } from '../../hal/boot/image-notes.ts';
import { RaucInstaller } from '../../hal/boot/rauc-installer.ts';
import type { Disk } from '../../hal/disk/contract.ts';
import { runProgram } from '../../hal/program/run-program.ts';

/** The installer of whole systems: `rauc`, which asks the service of RAUC over the system’s D-Bus. */
export function openRauc({
  disk,
  folder,
  boot,
}: {
  readonly disk: Disk;
  readonly folder: string;
  readonly boot: BootStore;
}): RaucInstaller {
  return new RaucInstaller({
    rauc: (words, limitMs) => runProgram('rauc', words, { limitMs }),
    boot,
    notes: new ImageNotes({ disk, folder }),
    bootId: () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  });
}
