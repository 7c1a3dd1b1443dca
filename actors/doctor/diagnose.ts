import type { DoctorFinding, DoctorReport } from '../../fleet/contract/support-bundle.ts';
import type { DeviceFacts, DoctorFacts, DomainFacts, FleetFacts, FolderFacts } from './doctor-facts.ts';

const MEGABYTE = 1024 * 1024;
/** A segment and its draft: with less the journal cannot go on. */
const ROOM_FAILING_BYTES = 4 * MEGABYTE;
const ROOM_WARNING_BYTES = 64 * MEGABYTE;
const MEMORY_WARNING_BYTES = 16 * MEGABYTE;
/** As the terminal's own self-test judges it. */
const CLOCK_OFF_MAX_MS = 30_000;
const CERTIFICATE_SOON_MS = 30 * 86_400_000;
const WORDS_MAX = 512;

type State = DoctorFinding['state'];

/** What the facts mean, each finding with what to do about it. Pure: the same facts give the same report. */
export function diagnose(facts: DoctorFacts): DoctorReport {
  const findings = [
    configuration(facts),
    ...folder(facts),
    running(facts),
    journal(facts),
    key(facts),
    clock(facts),
    ...domains(facts.domains),
    ...(facts.fleet === null ? [] : fleet(facts.fleet, facts.atMs)),
    ...(facts.devices ?? []).map(device),
    ...memory(facts.freeMemoryBytes),
  ];
  const ok = findings.every(({ state }) => state !== 'failing');
  return { at: Math.max(0, facts.atMs), sw: facts.version.slice(0, 64), ok, findings };
}

function found(check: string, state: State, what: string, remedy: string | null = null): DoctorFinding {
  const words = (text: string): string => text.toWellFormed().replaceAll('\0', '').slice(0, WORDS_MAX).toWellFormed();
  const name = check.replaceAll(/[^A-Za-z0-9_.:+/-]/g, '-').slice(0, 48);
  return { check: name, state, what: words(what), remedy: remedy === null ? null : words(remedy) };
}

function configuration({ configuration: looked }: DoctorFacts): DoctorFinding {
  const check = 'configuration';
  if (!looked.ok) return found(check, 'failing', looked.why, 'correct the keys that are named');
  const { warnings, takesPayments } = looked.value;
  if (!takesPayments) {
    return found(
      check,
      'warning',
      'subTerminalType is not set',
      'ask Cloud Pay for it: until then payments are refused',
    );
  }
  return warnings.length === 0
    ? found(check, 'ok', 'every key is understood')
    : found(check, 'warning', warnings.join('; '), 'correct what is named');
}

function folder({ folder: looked }: DoctorFacts): DoctorFinding[] {
  if (!looked.ok)
    return [
      found('data-folder', 'failing', looked.why, 'name the right folder with --data, or start the terminal once'),
    ];
  const { path, mode, writable, freeBytes } = looked.value;
  const open = (mode & 0o007) !== 0;
  const place = !writable
    ? found(
        'data-folder',
        'warning',
        `${path} is not writable for this user`,
        'look as the terminal’s user or as root; if it is one of them, the disk is read-only: replace it',
      )
    : open
      ? found('data-folder', 'warning', `${path} is open to every user of this box`, `chmod 700 ${path}`)
      : found('data-folder', 'ok', `${path} is there and writable`);
  return [place, room(looked.value, freeBytes)];
}

function room({ totalBytes }: FolderFacts, freeBytes: number): DoctorFinding {
  const what = `${Math.floor(freeBytes / MEGABYTE)} of ${Math.floor(totalBytes / MEGABYTE)} MiB free`;
  const remedy =
    'free some room: without it the terminal stops taking payments. journal.keepMegabytes bounds its own history';
  if (freeBytes < ROOM_FAILING_BYTES) return found('disk-room', 'failing', what, remedy);
  return freeBytes < ROOM_WARNING_BYTES ? found('disk-room', 'warning', what, remedy) : found('disk-room', 'ok', what);
}

function running({ running: looked }: DoctorFacts): DoctorFinding {
  const check = 'terminal';
  if (!looked.ok) return found(check, 'unknown', looked.why);
  if (looked.value.is === 'stopped')
    return found(check, 'warning', 'no terminal runs on this folder', 'start it: systemctl start till');
  const { pid, why, open } = looked.value;
  if (why !== null)
    return found(
      check,
      'failing',
      `process ${pid} has the folder, but: ${why}`,
      'look into its log; if it hangs, restart it: no order is lost',
    );
  const unresolved =
    open === 0 ? 'nothing is unresolved' : `${open} orders or refunds are unresolved and being asked for`;
  return found(check, 'ok', `process ${pid} answers; ${unresolved}`);
}

function journal({ journal: looked }: DoctorFacts): DoctorFinding {
  if (!looked.ok) return found('journal', 'failing', looked.why, 'keep a copy of the folder for support');
  const { lastSeq, segments, damage } = looked.value;
  if (damage.length === 0)
    return found('journal', 'ok', `${lastSeq} facts, ${segments} segments, all that was read is whole`);
  return found(
    'journal',
    'failing',
    damage.join('; '),
    'keep a copy of the folder for support, then replace the terminal or its disk',
  );
}

function key({ key: looked }: DoctorFacts): DoctorFinding {
  const check = 'key';
  if (!looked.ok)
    return found(
      check,
      'failing',
      looked.why,
      'without its key the terminal cannot read its shop: configure it anew by its QR code',
    );
  if (looked.value === null) return found(check, 'warning', 'there is no key yet', 'the first start makes it');
  const open = (looked.value.mode & 0o077) !== 0;
  return open
    ? found(
        check,
        'failing',
        'other users of this box can read the terminal’s key',
        'chmod 600 on the file key of the data folder, and configure the terminal anew',
      )
    : found(check, 'ok', 'it is whole, and for its owner alone');
}

function clock({ atMs, releasedMs, domains: asked }: DoctorFacts): DoctorFinding {
  const remedy = 'set it, or let it be set: timedatectl set-ntp true';
  if (atMs < releasedMs)
    return found('clock', 'failing', `it says ${new Date(atMs).toISOString()}, before this release was made`, remedy);
  const told = (asked ?? []).flatMap(({ answer }) => (answer.kind === 'alive' ? (answer.gatewayTimeMs ?? []) : []));
  const [gatewayMs] = told;
  if (gatewayMs === undefined) return found('clock', 'unknown', 'no domain told its time to compare with');
  const offMs = atMs - gatewayMs;
  const what = `${Math.abs(Math.round(offMs / 1000))} s ${offMs >= 0 ? 'ahead of' : 'behind'} the gateway`;
  return Math.abs(offMs) > CLOCK_OFF_MAX_MS ? found('clock', 'warning', what, remedy) : found('clock', 'ok', what);
}

function domains(asked: readonly DomainFacts[] | null): DoctorFinding[] {
  if (asked === null) return [found('domains', 'unknown', 'without a configuration nobody knows them')];
  const none = asked.every(({ answer }) => answer.kind === 'dead');
  return asked.map(({ domain, answer }) => {
    const check = `domain:${domain.replace(/^https:\/\//, '')}`;
    if (answer.kind === 'alive') return found(check, 'ok', `answers in ${Math.round(answer.latencyMs)} ms`);
    const remedy = none
      ? 'no domain answers: look at cable, WiFi, DNS and the shop’s firewall (port 443)'
      : 'the others answer: payments go on; tell the provider if it stays';
    return found(check, none ? 'failing' : 'warning', answer.reason, remedy);
  });
}

function fleet({ url, why, certificateUntilMs }: FleetFacts, atMs: number): DoctorFinding[] {
  const reached =
    why === null
      ? found('fleet', 'ok', `${url} lets this terminal in`)
      : found(
          'fleet',
          'warning',
          `${url}: ${why}`,
          'payments go on without it; look at the network, the address and the certificates',
        );
  if (certificateUntilMs === null) return [reached];
  const until = new Date(certificateUntilMs).toISOString().slice(0, 10);
  const remedy = 'enrol the terminal anew: till fleet ca enrol';
  if (certificateUntilMs <= atMs)
    return [reached, found('fleet-certificate', 'failing', `it ended on ${until}`, remedy)];
  if (certificateUntilMs - atMs < CERTIFICATE_SOON_MS)
    return [reached, found('fleet-certificate', 'warning', `it ends on ${until}`, remedy)];
  return [reached, found('fleet-certificate', 'ok', `it holds until ${until}`)];
}

function device({ part, at, why }: DeviceFacts): DoctorFinding {
  const check = `device:${part}`;
  return why === null
    ? found(check, 'ok', `${at} is there`)
    : found(
        check,
        'warning',
        `${at}: ${why}`,
        `plug it in, or correct devices.${part}; the terminal uses it as soon as it is there`,
      );
}

function memory(freeBytes: number | null): DoctorFinding[] {
  if (freeBytes === null) return [];
  const what = `${Math.floor(freeBytes / MEGABYTE)} MiB available`;
  return [
    freeBytes < MEMORY_WARNING_BYTES
      ? found('memory', 'warning', what, 'end what else runs on this box')
      : found('memory', 'ok', what),
  ];
}
