import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { FleetLog } from '../../fleet/service/log.ts';
import { verifyAudit, type Actor } from '../../fleet/service/state/audit-log.ts';
import { addToken, listTokens, revokeToken, ROLES } from '../../fleet/service/state/operators.ts';
import { backupStream, restoreBackup } from '../../fleet/service/store/backup.ts';
import type { FleetStore } from '../../fleet/service/store/fleet-store.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import type { CommandIo } from '../command.ts';
import { openStore } from '../start/fleet-process.ts';
import { EXIT_FAILED, storeOptions, UsageProblem, wholeOption, withProblems } from './fleet-options.ts';

const STORE_HELP = `
  --data DIR       the service's folder (default ~/.till/fleet)
  --database URL   PostgreSQL, postgres://…
  --json           print one JSON line

An embedded database belongs to the running service alone: stop it, or use the HTTP API.
Exit codes: 0 done, 1 not done, 2 for a call that cannot be understood.
`;
const TOKEN_HELP = `Usage: till fleet token add --name NAME --role viewer|support|operator|admin [--days N]
       till fleet token list
       till fleet token revoke ID
${STORE_HELP}`;
const AUDIT_HELP = `Usage: till fleet audit verify [--noted N:HASH]

Recomputes the chain. Note the last number and hash that it prints somewhere else; --noted then shows a log that was cut
off at its end or written anew.
${STORE_HELP}`;
const BACKUP_HELP = `Usage: till fleet backup FILE      everything at one instant, as gzip of JSON lines; safe while the service runs on PostgreSQL
       till fleet restore FILE     into an empty store of either engine
${STORE_HELP}`;

const DAY_MS = 86_400_000;
const COMMAND_LINE: Actor = { name: 'command line', role: 'service' };
const silent: FleetLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function withStore<Result>(
  values: { data: string; database?: string | undefined },
  work: (store: FleetStore) => Promise<Result>,
): Promise<Result> {
  const place = { dataDir: values.data, database: values.database ?? null };
  const store = await openStore(place, silent, new SystemClock());
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** `till fleet token …`. */
export function fleetToken(argv: string[], io: CommandIo): Promise<number> {
  return withProblems({ name: 'token', help: TOKEN_HELP, argv, io }, async () => {
    const options = {
      ...storeOptions,
      name: { type: 'string' },
      role: { type: 'string' },
      days: { type: 'string' },
    } as const;
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
    const [action, id] = positionals;
    const nowMs = new SystemClock().wallMs();
    const say = (text: string, json: object): number => {
      io.stdout.write(values.json ? `${JSON.stringify(json)}\n` : `${text}\n`);
      return 0;
    };
    const partsOf = (store: FleetStore) => ({ db: store.db, random: new SystemRandom(), nowMs });
    if (action === 'add') {
      const role = ROLES.find((one) => one === values.role);
      const { name, days } = values;
      if (role === undefined) throw new UsageProblem(`--role must be one of ${ROLES.join(', ')}`);
      if (name === undefined || name === '' || name.length > 64)
        throw new UsageProblem('--name must have 1 to 64 characters');
      const expiresMs = days === undefined ? null : nowMs + wholeOption('days', days, 1, 3_650) * DAY_MS;
      const made = await withStore(values, (store) =>
        addToken(partsOf(store), COMMAND_LINE, { name, role, expiresMs }),
      );
      return say(`${made.token}\n\nThis is ${made.id}, shown this once.`, made);
    }
    if (action === 'list') {
      const tokens = await withStore(values, (store) => listTokens(store.db));
      return say(tokens.map((token) => JSON.stringify(token)).join('\n'), { tokens });
    }
    if (action === 'revoke' && id !== undefined) {
      const isRevoked = await withStore(values, (store) => revokeToken(partsOf(store), COMMAND_LINE, id));
      if (!isRevoked) throw new Error(`token ${id} is not in force`);
      return say(`${id} is worth nothing now`, { id });
    }
    throw new UsageProblem('there is add, list and revoke ID');
  });
}

/** `till fleet audit verify`. */
export function fleetAudit(argv: string[], io: CommandIo): Promise<number> {
  return withProblems({ name: 'audit', help: AUDIT_HELP, argv, io }, async () => {
    const options = { ...storeOptions, noted: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
    if (positionals[0] !== 'verify') throw new UsageProblem('there is verify');
    const noted = /^(\d{1,15}):([0-9a-f]{64})$/.exec(values.noted ?? '');
    if (values.noted !== undefined && noted === null) throw new UsageProblem('--noted must be NUMBER:HASH');
    const expected = noted === null ? null : { n: Number(noted[1]), hash: noted[2] ?? '' };
    const verdict = await withStore(values, (store) => verifyAudit(store.db, expected));
    const text = verdict.ok
      ? `the audit log is whole: ${verdict.entries} entries, the last is ${verdict.entries}:${verdict.head}`
      : `the audit log is broken at entry ${verdict.n}: ${verdict.why}`;
    io.stdout.write(values.json ? `${JSON.stringify(verdict)}\n` : `${text}\n`);
    return verdict.ok ? 0 : EXIT_FAILED;
  });
}

function fileOf(positionals: readonly string[]): string {
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageProblem('name one FILE');
  return file;
}

/** `till fleet backup FILE`. */
export function fleetBackup(argv: string[], io: CommandIo): Promise<number> {
  return withProblems({ name: 'backup', help: BACKUP_HELP, argv, io }, async () => {
    const { values, positionals } = parseArgs({ args: argv, options: storeOptions, allowPositionals: true });
    const file = fileOf(positionals);
    const part = `${file}.part`;
    try {
      await withStore(values, async ({ db }) => {
        const nowMs = new SystemClock().wallMs();
        await pipeline(backupStream(db, nowMs), createWriteStream(part, { mode: 0o600, flush: true }));
      });
      renameSync(part, file);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
    io.stdout.write(values.json ? `${JSON.stringify({ file })}\n` : `${file} is written\n`);
    return 0;
  });
}

/** `till fleet restore FILE`. */
export function fleetRestore(argv: string[], io: CommandIo): Promise<number> {
  return withProblems({ name: 'restore', help: BACKUP_HELP, argv, io }, async () => {
    const { values, positionals } = parseArgs({ args: argv, options: storeOptions, allowPositionals: true });
    const rows = await withStore(values, ({ db }) => restoreBackup(db, fileOf(positionals)));
    io.stdout.write(values.json ? `${JSON.stringify({ rows })}\n` : `${rows} rows are restored\n`);
    return 0;
  });
}
