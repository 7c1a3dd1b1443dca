import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL server of a test's own, that may be killed and started again. */
export interface ThrowawayPostgresql {
  readonly url: string;
  /** Of the postmaster that runs now; 0 while it is killed. */
  readonly pid: number;
  /** SIGKILL to the postmaster, as when the machine takes it. */
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** Debian keeps the server's programs out of the path. */
function programs(): string | null {
  const found = globSync('/usr/lib/postgresql/*/bin/postgres').toSorted().at(-1);
  return found === undefined ? null : found.slice(0, -'/postgres'.length);
}

/** Whether this machine has a PostgreSQL server to start. */
export function hasPostgresql(): boolean {
  return programs() !== null;
}

/** The server refuses to run as root. */
function asServer(command: string, args: readonly string[]): [string, string[]] {
  if (userInfo().uid !== 0) return [command, [...args]];
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--', command, ...args]];
}

export async function startThrowawayPostgresql(): Promise<ThrowawayPostgresql> {
  const bin = programs();
  if (bin === null) throw new Error('no PostgreSQL server on this machine');
  const folder = mkdtempSync(join(tmpdir(), 'till-postgresql-'));
  const data = join(folder, 'data');
  if (userInfo().uid === 0) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString()));
    chownSync(folder, uid ?? 0, gid ?? 0);
  }
  const [initdb, initArgs] = asServer(join(bin, 'initdb'), [
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'till',
    '-E',
    'UTF8',
    '-N',
  ]);
  const made = spawnSync(initdb, initArgs, { cwd: folder });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr.toString()}`);
  const port = await freePort();
  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    server = await startServer(bin, folder, port);
  };
  const kill = async (): Promise<void> => {
    const child = server;
    if (child === null) return;
    server = null;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    // setpriv became the postmaster; its children notice its death.
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    url: `postgres://till@127.0.0.1:${port}/postgres`,
    get pid() {
      return server?.pid ?? 0;
    },
    kill,
    start,
    remove: async () => {
      const child = server;
      if (child !== null) {
        const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
        child.kill('SIGQUIT');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** After a kill the old processes may hold the shared memory for a moment: the server refuses, and is asked again. */
async function startServer(bin: string, folder: string, port: number): Promise<ChildProcess> {
  const flags = ['-D', join(folder, 'data'), '-k', folder, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'];
  const [command, args] = asServer(join(bin, 'postgres'), [...flags, '-c', 'max_connections=60']);
  for (let attempt = 0; ; attempt++) {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    const isReady = await new Promise<boolean>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('database system is ready to accept connections')) resolve(true);
      });
      child.once('exit', () => resolve(false));
    });
    if (isReady) return child;
    if (attempt >= 50) throw new Error(`PostgreSQL did not start: ${said} ${pidFile(folder)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function pidFile(folder: string): string {
  try {
    return readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8');
  } catch {
    return '';
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
