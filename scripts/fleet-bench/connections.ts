import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { generate } from 'mqtt-packet';
import { CertificateAuthority } from '../../fleet/service/authority/certificate-authority.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';

// A process of its own: as many terminals as it is told that connect, subscribe and then say nothing, as most do most of the time.
// With a CA's folder each has a certificate of its own.

const [portText = '', countText = '', authorityFolder = ''] = process.argv.slice(2);
const [port, count] = [Number(portText), Number(countText)];
/** Handshakes at a time. */
const AT_ONCE = 100;
/** A broker that lets a connection wait so long does not hold it. */
const PATIENCE_MS = 30_000;
const clock = new SystemClock();

interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Made before the first connection: what a certificate costs is not what a connection costs. */
async function identitiesOf(folder: string): Promise<{ readonly ca: string; readonly each: readonly Identity[] }> {
  const authority = await CertificateAuthority.open({ folder, random: new SystemRandom(), nowMs: clock.wallMs() });
  const each: Identity[] = [];
  for (let n = 0; n < count; n++) {
    const { cert, key } = await authority.enrol(`idle-${n}`, 1);
    each.push({ cert, key: key ?? '' });
  }
  return { ca: readFileSync(join(folder, 'ca.pem'), 'utf8'), each };
}

const identities = authorityFolder === '' ? null : await identitiesOf(authorityFolder);

/** Resolves with whether it is subscribed; a connection that ends later is not held. */
async function open(index: number): Promise<Socket | null> {
  const clientId = `idle-${index}`;
  const tls = identities === null ? null : { ca: identities.ca, ...identities.each[index] };
  const place = { host: '127.0.0.1', port };
  const socket = tls === null ? connectPlain(place) : connectTls({ ...place, ...tls });
  let heard = 0;
  const subscribed = new Promise<boolean>((resolve) => {
    // CONNACK is four bytes, SUBACK five.
    socket.on('data', (chunk: Buffer) => (heard += chunk.length) >= 9 && resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
    socket.setTimeout(PATIENCE_MS, () => resolve(false));
  });
  socket.once(tls === null ? 'connect' : 'secureConnect', () => {
    const protocol = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true } as const;
    socket.write(generate({ ...protocol, clientId, keepalive: 1200, username: clientId }));
    const subscriptions = [{ topic: `f/v1/${clientId}/dn/#`, qos: 1 as const }];
    socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions }));
  });
  const holds = await subscribed;
  socket.setTimeout(0);
  return holds ? socket : null;
}

const startedMs = clock.monotonicMs();
const sockets: Socket[] = [];
for (let from = 0; from < count; from += AT_ONCE) {
  const batch = await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => open(from + at)));
  sockets.push(...batch.filter((socket) => socket !== null));
}
const ms = clock.monotonicMs() - startedMs;
const held = sockets.filter(({ destroyed }) => !destroyed).length;
process.stdout.write(`${JSON.stringify({ held, ms })}\n`);
await once(process, 'SIGTERM');
process.exit();
