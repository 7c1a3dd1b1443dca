import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedIdentity } from '../../fleet/service/authority/certificate-authority.ts';

/** A broker of a test's own, of one node or several. */
export interface TestBroker {
  /** Where terminals connect. */
  readonly ports: readonly number[];
  /** Where workers connect. */
  readonly workerPorts: readonly number[];
  /** SIGKILL to one node. */
  kill(node: number): Promise<void>;
  start(node: number): Promise<void>;
  remove(): Promise<void>;
}

const PLACES: Readonly<Record<string, string>> = {
  mosquitto: '/usr/sbin/mosquitto',
  'nats-server': '/usr/sbin/nats-server',
};

/** Debian installs brokers where a user's path does not look. */
export function brokerProgram(name: 'mosquitto' | 'nats-server'): string | null {
  const found = spawnSync('sh', ['-c', `command -v ${name}`])
    .stdout.toString()
    .trim();
  if (found !== '') return found;
  const place = PLACES[name] ?? '';
  return existsSync(place) ? place : null;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address !== null && typeof address !== 'string') ports.push(address.port);
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}

/** Resolves when somebody listens. */
async function listening(port: number, child: ChildProcess, host = '127.0.0.1'): Promise<void> {
  while (child.exitCode === null) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host);
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the broker ended with ${child.exitCode}`);
}

export interface NodePlan {
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
  /** Where it listens, unless at 127.0.0.1. */
  readonly host?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export class BrokerNodes {
  readonly #plans: readonly NodePlan[];
  readonly #running = new Map<number, ChildProcess>();

  constructor(plans: readonly NodePlan[]) {
    this.#plans = plans;
  }

  async start(node: number): Promise<void> {
    const plan = this.#plans[node];
    if (plan === undefined) throw new Error(`no node ${node}`);
    const child = spawn(plan.command, plan.args, { stdio: 'ignore', env: { ...process.env, ...plan.env } });
    this.#running.set(node, child);
    await listening(plan.port, child, plan.host);
  }

  pid(node: number): number {
    return this.#running.get(node)?.pid ?? 0;
  }

  async kill(node: number): Promise<void> {
    const child = this.#running.get(node);
    if (child === undefined) return;
    this.#running.delete(node);
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await ended;
  }

  async killAll(): Promise<void> {
    for (const node of [...this.#running.keys()]) await this.kill(node);
  }
}

/** mosquitto behind mutual TLS: name, user and client id are one, and each terminal has its own topics only. */
export async function startMosquitto(tls: { ca: string; server: IssuedIdentity; crl: string }): Promise<TestBroker> {
  const program = brokerProgram('mosquitto') ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'till-mosquitto-'));
  chmodSync(folder, 0o755);
  const [port = 0] = await freePorts(1);
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    // mosquitto gives root up and reads as somebody else.
    writeFileSync(path, text, { mode: 0o644 });
    return path;
  };
  const config = [
    `listener ${port} 127.0.0.1`,
    `cafile ${file('ca.pem', tls.ca)}`,
    `certfile ${file('server.pem', tls.server.cert)}`,
    `keyfile ${file('server-key.pem', tls.server.key ?? '')}`,
    `crlfile ${file('crl.pem', tls.crl)}`,
    'require_certificate true',
    'use_identity_as_username true',
    'use_username_as_clientid true',
    `acl_file ${file('acl', 'pattern write f/v1/%u/up/#\npattern read f/v1/%u/dn/#\n\nuser fleet.w1\ntopic readwrite f/v1/#\n\nuser fleet.w2\ntopic readwrite f/v1/#\n')}`,
    'max_inflight_messages 2000',
    'max_queued_messages 100000',
    'persistence false',
  ];
  const path = file('mosquitto.conf', `${config.join('\n')}\n`);
  const nodes = new BrokerNodes([{ command: program, args: ['-c', path], port }]);
  await nodes.start(0);
  return {
    ...{ ports: [port], workerPorts: [port] },
    kill: (node) => nodes.kill(node),
    start: (node) => nodes.start(node),
    remove: async () => {
      await nodes.killAll();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** mosquitto on a loopback address that believes every name: to measure, not to be safe. */
export async function startOpenMosquitto(): Promise<TestBroker & { readonly folder: string; readonly pid: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'till-mosquitto-'));
  chmodSync(folder, 0o755);
  const [port = 0] = await freePorts(1);
  const path = join(folder, 'mosquitto.conf');
  const limits = 'set_tcp_nodelay true\nmax_inflight_messages 2000\nmax_queued_messages 100000\npersistence false\n';
  writeFileSync(path, `listener ${port} 127.0.0.1\nallow_anonymous true\n${limits}`, { mode: 0o644 });
  const nodes = new BrokerNodes([{ command: brokerProgram('mosquitto') ?? '', args: ['-c', path], port }]);
  await nodes.start(0);
  return {
    ...{ folder, ports: [port], workerPorts: [port], pid: nodes.pid(0) },
    kill: (node) => nodes.kill(node),
    start: (node) => nodes.start(node),
    remove: async () => {
      await nodes.killAll();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Three NATS nodes with JetStream and MQTT. */
export async function startNatsCluster(): Promise<TestBroker> {
  const program = brokerProgram('nats-server') ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'till-nats-'));
  const ports = await freePorts(9);
  const [clients, routes, mqtts] = [ports.slice(0, 3), ports.slice(3, 6), ports.slice(6, 9)];
  const plans = [0, 1, 2].map((node) => {
    const config = `
server_name: n${node}
listen: "127.0.0.1:${clients[node]}"
jetstream { store_dir: "${join(folder, `n${node}`)}", max_file_store: 1GB }
cluster { name: till, listen: "127.0.0.1:${routes[node]}", routes: [${routes.map((port) => `"nats://127.0.0.1:${port}"`).join(', ')}] }
mqtt { listen: "127.0.0.1:${mqtts[node]}", stream_replicas: 3 }
`;
    const path = join(folder, `n${node}.conf`);
    writeFileSync(path, config);
    return { command: program, args: ['-c', path], port: mqtts[node] ?? 0 };
  });
  const nodes = new BrokerNodes(plans);
  await Promise.all([0, 1, 2].map((node) => nodes.start(node)));
  return {
    ...{ ports: mqtts, workerPorts: clients },
    kill: (node) => nodes.kill(node),
    start: (node) => nodes.start(node),
    remove: async () => {
      await nodes.killAll();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
