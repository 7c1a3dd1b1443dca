import * as assert from 'uvu/assert';
import type { Hono } from 'hono';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { pageRoutes, type PageServices } from '../../../hal/profiles/web/page-routes.ts';
import { SeededRandom } from '../../../hal/random/seeded-random.ts';
import { createControlApi } from '../../../simulator/gateway/control-api.ts';
import { createSandbox } from '../../../simulator/gateway/sandbox.ts';
import type { FuzzDoor } from '../door.ts';
import type { Mutator } from '../mutator.ts';

const bytes = (texts: readonly string[]): Uint8Array[] => texts.map((text) => Buffer.from(text, 'utf8'));

/** The paths of an application, those that take a body. */
const pathsOf = (app: Hono): readonly string[] => [
  ...new Set(app.routes.filter(({ method, path }) => method === 'POST' && !path.includes('*')).map(({ path }) => path)),
];

async function post(app: Hono, path: string, body: Uint8Array, mutator: Mutator): Promise<void> {
  const headers = {
    host: '127.0.0.1:8080',
    'content-type': mutator.below(8) === 0 ? 'text/plain' : 'application/json; charset=utf-8',
  };
  const answer = await app.request(`http://127.0.0.1:8080${path}`, {
    method: 'POST',
    headers,
    body: Buffer.from(body),
  });
  assert.ok(answer.status < 500, `${path} answered ${answer.status}`);
  if (answer.status >= 400) assert.type(await answer.json(), 'object');
  else await answer.arrayBuffer();
}

function pageApiDoor(): FuzzDoor {
  const hub = { used: taken, view: () => ({}), connect: () => taken } as unknown as PageServices['hub'];
  const bundle = {} as unknown as PageServices['bundle'];
  const act = { key: taken, scan: taken, printer: taken, wifi: taken, spoken: taken };
  const sources = { clips: null, drawer: null, dump: async () => null, picture: () => null };
  const services: PageServices = { host: '127.0.0.1', hub, bundle, act, ...sources };
  const app = pageRoutes(services);
  const paths = pathsOf(app);
  return {
    name: 'page-api',
    corpus: bytes([
      '{"key":"enter"}',
      '{"text":"130000000000000001"}',
      '{"state":"ok"}',
      '{"do":"remove","ssid":"a"}',
      '{"id":1}',
    ]),
    bytesMax: 48 * 1024,
    feed: (input, mutator) => post(app, mutator.oneOf(paths), input, mutator),
  };
}

const taken = (): void => undefined;

function controlDoor(): FuzzDoor {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const domains = [0, 1, 2, 3].map((host) => `https://127.0.0.${host + 1}:8443`);
  const open = (): Hono =>
    createControlApi({ sandbox: createSandbox({ clock, random }), domains, caPem: '', caFile: '/ca.pem', random });
  let app = open();
  const paths = pathsOf(app);
  let fed = 0;
  return {
    name: 'control',
    corpus: bytes([
      '{"script":"lost-after-charging"}',
      '{"interface":"micro_pay","times":2,"answer":{"kind":"http","httpStatus":502}}',
      '{"host":1,"condition":"down","forMs":1000}',
      '{"profile":"mixed"}',
      '{"kind":"uniform","fromMs":1,"toMs":9}',
      '{"outShopId":"sz01TESTSHP000000001","deviceId":"dev-001"}',
      '{"order":"01009999000000000001"}',
    ]),
    bytesMax: 24 * 1024,
    feed(input, mutator) {
      fed += 1;
      // Armed faults pile up on purpose in a sandbox; this run is about the door.
      if (fed % 5000 === 0) app = open();
      return post(app, mutator.oneOf(paths), input, mutator);
    },
  };
}

/** The doors that listen on a port. */
export const httpDoors = (): FuzzDoor[] => [pageApiDoor(), controlDoor()];
