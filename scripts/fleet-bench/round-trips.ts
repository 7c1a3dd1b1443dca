import { Socket } from 'node:net';
import { connectAsync } from 'mqtt';
import { encodeMessage } from '../../fleet/contract/codec.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';

// A process of its own: one terminal that tells one event at a time and waits for its acknowledgement; how long each took, ms.

const [portText = '', countText = '', tid = 'round-trip'] = process.argv.slice(2);
const clock = new SystemClock();
const client = await connectAsync(`mqtt://127.0.0.1:${portText}`, { clientId: tid, username: tid });
if (client.stream instanceof Socket) client.stream.setNoDelay(true);
await client.subscribeAsync(`f/v1/${tid}/dn/#`, { qos: 1 });
const times: number[] = [];
for (let s = 1; s <= Number(countText); s++) {
  const acknowledged = new Promise<void>((resolve) => client.once('message', () => resolve()));
  const packet = encodeMessage('up/ev', { e: 'e1', ev: [{ s, t: clock.wallMs(), type: 'ORDER_INTENT', d: {} }] });
  const startedMs = clock.monotonicMs();
  await client.publishAsync(`f/v1/${tid}/up/ev`, Buffer.from(packet), { qos: 1 });
  await acknowledged;
  times.push(clock.monotonicMs() - startedMs);
}
process.stdout.write(`${JSON.stringify(times)}\n`);
await client.endAsync();
