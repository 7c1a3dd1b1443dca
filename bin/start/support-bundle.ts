import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { release as osRelease, type as osType } from 'node:os';
import * as v from 'valibot';
import { entryForSupport } from '../../actors/fleet-link/event-of.ts';
import { readJournalTail } from '../../actors/journal/read-tail.ts';
import { MASKED } from '../../actors/support-mask.ts';
import { fleetIdOf } from '../../config/fleet-keys.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import {
  BUNDLE_ENTRIES_MAX,
  type DoctorReport,
  type SupportBundle,
  supportBundleSchema,
} from '../../fleet/contract/support-bundle.ts';
import type { AskedSnapshot } from './ask-terminal.ts';
import type { DoctorSubject } from './doctor-facts.ts';
import { journalFilesOf } from './journal-files.ts';
import { versionOfTill } from './version.ts';

/** A key that somebody may one day hide a secret behind; paths to keys are none. */
const SECRET_KEY = /(?:secret|password|passphrase|token|pin)$/i;
/** A PEM text, or a URL with somebody's name and password in it. */
const SECRET_TEXT = /-----BEGIN|\/\/[^/\s]*@/;

/** Everything support asks for first, in one document. @throws Error when it does not fit its own schema: a bug */
export function composeBundle(subject: DoctorSubject, doctor: DoctorReport): SupportBundle {
  const config = subject.loaded.ok ? subject.loaded.value.config : null;
  const journal = journalTail(subject.dataDir);
  return v.parse(supportBundleSchema, {
    ...{ is: 'till-support-bundle', v: 1, at: doctor.at },
    tid: config === null ? null : fleetIdOf(config.fleet, config.sn),
    sn: config?.sn ?? '',
    versions: versions(),
    doctor,
    snapshot: subject.asked.ok ? subject.asked.snapshot : null,
    journal: journal.entries,
    configuration: config === null ? null : masked(config),
    missing: [
      ...missing('snapshot', subject.asked),
      ...missing('configuration', subject.loaded),
      ...journal.problems.slice(0, 4).map((why) => ({ part: 'journal', why: why.slice(0, 512) })),
    ],
  });
}

function missing(part: string, had: AskedSnapshot | DoctorSubject['loaded']): { part: string; why: string }[] {
  return had.ok ? [] : [{ part, why: had.why.slice(0, 512) }];
}

function versions(): Record<string, string> {
  const { node, v8, openssl } = process.versions;
  const system = { os: osType(), release: osRelease(), arch: process.arch };
  return { till: versionOfTill(), node, v8, openssl, ...system };
}

function journalTail(dataDir: string): { readonly entries: readonly object[]; readonly problems: readonly string[] } {
  try {
    const { entries, damage } = readJournalTail(journalFilesOf(dataDir), BUNDLE_ENTRIES_MAX);
    return { entries: entries.map(entryForSupport), problems: damage };
  } catch (error) {
    return { entries: [], problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** The configuration holds no secret by its schema; one that comes to it some day does not leave by accident. */
function masked(config: TerminalConfig): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(config, (key, value: unknown) =>
      typeof value === 'string' && (SECRET_KEY.test(key) || SECRET_TEXT.test(value)) ? MASKED : value,
    ),
  ) as Record<string, unknown>;
}

/** For its owner's eyes alone; never over a file that is there. @throws Error when it cannot be written */
export function writeBundle(file: string, bundle: SupportBundle): number {
  const bytes = Buffer.from(`${JSON.stringify(bundle)}\n`, 'utf8');
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return bytes.length;
}
