import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Replaces a file whole, for its owner's eyes only: after a power cut it is the old one or the new one. */
export function replaceFile(file: string, text: string): void {
  const next = `${file}.new`;
  writeDurably(next, 'w', text);
  renameSync(next, file);
  syncFolder(dirname(file));
}

/** Adds lines at the end, for the owner's eyes only; durable on return. A line that a power cut tore stays a line of its own. */
export function appendLines(file: string, lines: readonly string[]): void {
  const isNew = !existsSync(file);
  // Begins with a line's end, so that what a power cut left of the one before is not joined to it.
  writeDurably(file, 'a', `\n${lines.join('\n')}\n`);
  if (isNew) syncFolder(dirname(file));
}

function writeDurably(file: string, flag: 'w' | 'a', text: string): void {
  const descriptor = openSync(file, flag, 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
