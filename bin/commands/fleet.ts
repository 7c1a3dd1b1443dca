import type { Command, CommandIo } from '../command.ts';

const EXIT_USAGE = 2;

const HELP = `Usage: till fleet [serve] [options]          the fleet service: ingest, HTTP API, housekeeping
       till fleet simulate --terminals N …     terminals of make-believe that speak the real contract
       till fleet ca init|enrol|server|worker|revoke|list …
                                               who is a terminal: certificates
       till fleet token add|list|revoke …      who is an operator
       till fleet command TID OPERATION …      commands a terminal, signed with an operator's own key if wanted
       till fleet audit verify …               whether the audit log is whole
       till fleet backup FILE | restore FILE   the whole store, whatever its engine

Each has --help of its own.

Options of serve:
  --data DIR            database, CA and keys of this service (default ~/.till/fleet)
  --database URL        PostgreSQL 15 or newer, postgres://…; without it an embedded database in DIR
  --broker URL          where terminals are met: embedded (default), mqtts://host:8883,… (shared subscriptions),
                        or nats://host:4222,… (JetStream)
  --broker-ca F --broker-cert F --broker-key F
                        this worker's identity at an outside broker
  --replicas N          copies of the stream in a NATS cluster (default 1)
  --mqtt-host H         the embedded broker listens here (default 127.0.0.1)
  --mqtt-port N         … on this port (default 8883; 0 = choose)
  --host-name NAME      name in the embedded broker's certificate, may be repeated (default 127.0.0.1, localhost)
  --plain               the embedded broker without TLS: it believes every name; only on a loopback address
  --http-host H         the API listens here (default 127.0.0.1)
  --http-port N         … on this port (default 8640; 0 = choose)
  --worker              no HTTP: one more ingest worker on the same broker and database
  --public-url URL      this service as browsers reach it; needed with --oidc-issuer
  --oidc-issuer URL     operators may also sign in at this OpenID Connect provider (authorization code with PKCE)
  --oidc-client-id ID   this service's name there
  --oidc-secret FILE    its secret there, in a file; without it a public client
  --oidc-scope TEXT     (default openid email)
  --oidc-claim NAME     the claim of the ID token that says what somebody is (default groups)
  --oidc-role R=VALUE   a value of that claim gives the role viewer, support, operator or admin; may be repeated
  --retention-days N    events older than this are dropped (default 90)
  --json                print one JSON line instead of text; log lines are JSON on stderr in any case

The first start prints an admin token, once. It runs until it gets SIGINT or SIGTERM.

Exit codes: 0 after an orderly stop, 1 when it cannot start or fails, 2 for options that cannot be understood.
`;

type Run = (argv: string[], io: CommandIo) => Promise<number>;

/** A subcommand's code is loaded only when it is asked for. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Run>>> = {
  serve: async () => (await import('./fleet-serve.ts')).serveFleet,
  simulate: async () => (await import('./fleet-simulate.ts')).simulateFleet,
  ca: async () => (await import('./fleet-ca.ts')).fleetCa,
  command: async () => (await import('./fleet-command.ts')).fleetCommandTerminal,
  token: async () => (await import('./fleet-store.ts')).fleetToken,
  audit: async () => (await import('./fleet-store.ts')).fleetAudit,
  backup: async () => (await import('./fleet-store.ts')).fleetBackup,
  restore: async () => (await import('./fleet-store.ts')).fleetRestore,
};

async function run(argv: string[], io: CommandIo): Promise<number> {
  const [first] = argv;
  const name = first === undefined || first.startsWith('-') ? 'serve' : first;
  const load = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (load === undefined) {
    io.stderr.write(
      `till fleet: unknown subcommand "${name}"; there is ${Object.keys(SUBCOMMANDS).join(', ')} (till fleet --help tells more)\n`,
    );
    return EXIT_USAGE;
  }
  const subcommand = await load();
  return subcommand(first === name ? argv.slice(1) : argv, io);
}

/** `till fleet`: the fleet service and what belongs to it. */
export const fleetCommand: Command = {
  name: 'fleet',
  summary: 'the fleet service: terminals seen, understood and helped from one place',
  help: HELP,
  helpOf: Object.keys(SUBCOMMANDS).filter((name) => name !== 'serve'),
  run,
};
