import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CertificateAuthority, type IssuedIdentity } from '../../fleet/service/authority/certificate-authority.ts';
import { replaceFile } from '../../fleet/service/authority/durable-file.ts';
import { natsUsers } from '../../fleet/service/authority/nats-users.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import type { CommandIo } from '../command.ts';
import { FLEET_DATA_DEFAULT, UsageProblem, wholeOption, withProblems } from './fleet-options.ts';

const HELP = `Usage: till fleet ca init [--name TEXT]
       till fleet ca enrol TID [--csr FILE] [--out DIR] [--days N]
       till fleet ca server HOST… [--out DIR] [--days N]
       till fleet ca worker NAME [--out DIR] [--days N]
       till fleet ca revoke TID|SERIAL
       till fleet ca list [--json]
       till fleet ca nats-users

The CA lives in <data>/ca: keep its folder to yourself. A broker needs ca.pem and crl.pem of it. A terminal needs ca.pem
and its own certificate, whose name is its id; with --csr its key never leaves it. A running embedded broker puts a
revoked terminal out within seconds; copy crl.pem to any other broker. NATS knows no such list: it gets the users that
nats-users prints, without those who were revoked.

Options:
  --data DIR   the service's folder (default ~/.till/fleet)
  --out DIR    where certificate and key are written (default the current folder)
  --days N     how long a certificate holds (default 825)
  --json       print one JSON line

Exit codes: 0 done, 1 not done, 2 for a call that cannot be understood.
`;

const OPTIONS = {
  data: { type: 'string', default: FLEET_DATA_DEFAULT },
  name: { type: 'string', default: 'Till fleet' },
  csr: { type: 'string' },
  out: { type: 'string', default: '.' },
  days: { type: 'string', default: '825' },
  json: { type: 'boolean', default: false },
} as const;

function parse(argv: string[]) {
  return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
}

/** `till fleet ca …`. */
export function fleetCa(argv: string[], io: CommandIo): Promise<number> {
  return withProblems({ name: 'ca', help: HELP, argv, io }, async () => {
    const { values, positionals } = parse(argv);
    const [action, ...names] = positionals;
    const parts = { folder: join(values.data, 'ca'), random: new SystemRandom(), nowMs: new SystemClock().wallMs() };
    const days = wholeOption('days', values.days, 1, 7_300);
    const say = (text: string, json: object): number => {
      io.stdout.write(values.json ? `${JSON.stringify(json)}\n` : `${text}\n`);
      return 0;
    };
    const only = (what: string): string => {
      if (names.length === 1 && names[0] !== undefined) return names[0];
      throw new UsageProblem(`${action} takes one ${what}`);
    };
    const keep = (name: string, identity: IssuedIdentity): number => {
      const files = writeIdentity(values.out, name, identity);
      return say(`${files.join('\n')}`, { serial: identity.serial, files });
    };
    if (action === 'init') {
      const made = await CertificateAuthority.init(parts, values.name);
      return say(`the CA is ${made.files.cert}; its list of revoked certificates is ${made.files.crl}`, made.files);
    }
    if (action === 'list') {
      const issued = (await CertificateAuthority.open(parts)).issued();
      const line = (one: (typeof issued)[number]): string =>
        `${one.serial}  ${one.kind.padEnd(8)}  ${one.name}  until ${new Date(one.untilMs).toISOString().slice(0, 10)}` +
        (one.revokedMs === null ? '' : `  revoked ${new Date(one.revokedMs).toISOString()}`);
      return say(issued.map(line).join('\n'), { issued });
    }
    if (action === 'nats-users') {
      io.stdout.write(natsUsers((await CertificateAuthority.open(parts)).issued()));
      return 0;
    }
    if (action === 'enrol') {
      const tid = only('terminal id');
      const csr = values.csr === undefined ? null : readFileSync(values.csr, 'utf8');
      return keep(tid, await (await CertificateAuthority.open(parts)).enrol(tid, days, csr));
    }
    if (action === 'server') {
      return keep(names[0] ?? 'server', await (await CertificateAuthority.open(parts)).issueServer(names, days));
    }
    if (action === 'worker') {
      const name = only('name');
      return keep(`fleet.${name}`, await (await CertificateAuthority.open(parts)).issueWorker(name, days));
    }
    if (action === 'revoke') {
      const name = only('terminal id or serial number');
      const revoked = await (await CertificateAuthority.open(parts)).revoke(name);
      if (revoked.length === 0) throw new Error(`nothing in force is called ${name}`);
      return say(revoked.map(({ serial, name: whose }) => `revoked ${serial} of ${whose}`).join('\n'), { revoked });
    }
    throw new UsageProblem(`there is init, enrol, server, worker, revoke, list and nats-users, not "${action ?? ''}"`);
  });
}

function writeIdentity(folder: string, name: string, { cert, key }: IssuedIdentity): string[] {
  mkdirSync(folder, { recursive: true });
  const files = [join(folder, `${name}.pem`)];
  replaceFile(files[0] ?? '', cert);
  if (key !== null) {
    const keyFile = join(folder, `${name}-key.pem`);
    replaceFile(keyFile, key);
    files.push(keyFile);
  }
  return files;
}
