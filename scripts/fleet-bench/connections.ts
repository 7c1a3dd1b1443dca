import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';

// A process of its own: as many terminals as it is told that connect, subscribe and then say nothing, as most do most of the time.

const [portText = '', countText = ''] = process.argv.slice(2);
const [port, count] = [Number(portText), Number(countText)];
/** Handshakes at a time. */
const AT_ONCE = 200;
const sockets: Socket[] = [];

function open(index: number): Promise<boolean> {
  const clientId = `idle-${index}`;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      const hello = {
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        clientId,
        keepalive: 1200,
      } as const;
      socket.write(generate(hello));
      const subscriptions = [{ topic: `f/v1/${clientId}/dn/#`, qos: 1 as const }];
      socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions }));
    });
    sockets.push(socket);
    let heard = 0;
    // CONNACK is four bytes, SUBACK five.
    socket.on('data', (chunk) => (heard += chunk.length) >= 9 && resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
}

let held = 0;
for (let from = 0; from < count; from += AT_ONCE) {
  const batch = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => open(from + at));
  held += (await Promise.all(batch)).filter(Boolean).length;
}
process.stdout.write(`${JSON.stringify({ held })}\n`);
