import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import QRCode from 'qrcode';

import type { ClipPack } from '../../speaker/clip-pack.ts';
import type { DumpFacts } from '../profile.ts';
import { clipRoutes } from './clip-routes.ts';
import { door } from './door.ts';
import type { PageBundle } from './page-bundle.ts';
import type { PageHub } from './page-hub.ts';
import { type PageRequests, PAGE_REQUESTS, readPageRequest } from './page-request.ts';
import type { DrawerCode, DrawnCode, ServerMessage } from './wire.ts';

const BODY_BYTES_MAX = 32 * 1024;
/** Messages that wait for a slow page before it is cut off; it comes back and gets the whole view again. */
const MESSAGES_WAITING_MAX = 256;

/** What the routes need from the profile. */
export interface PageServices {
  readonly host: string;
  readonly hub: PageHub;
  readonly bundle: PageBundle;
  readonly clips: ClipPack | null;
  readonly drawer: (() => Promise<readonly DrawerCode[]>) | null;
  readonly dump: () => Promise<DumpFacts | null>;
  /** The picture of a slip that is still kept. */
  readonly picture: (id: number) => string | null;
  readonly act: { readonly [Path in keyof PageRequests]: (request: PageRequests[Path]) => void };
}

/** The page's server side, as routes. */
export function pageRoutes(services: PageServices): Hono {
  const app = new Hono();
  app.use(door(services.host));
  app.get('/', (context) => context.html(services.bundle.html));
  app.get('/page.js', (context) =>
    context.body(services.bundle.script, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/page.css', (context) =>
    context.body(services.bundle.style, 200, { 'content-type': 'text/css; charset=utf-8' }),
  );
  app.get('/favicon.ico', (context) => context.body(null, 204));
  app.get('/api/live', (context) => live(context, services.hub));
  app.get('/api/view', (context) => context.json(services.hub.view()));
  app.get('/api/drawer', async (context) => context.json(await drawnCodes(services.drawer)));
  app.get('/api/dump', async (context) => context.json(await services.dump()));
  app.get('/api/paper/:file{[0-9]+\\.svg}', (context) => {
    const picture = services.picture(Number.parseInt(context.req.param('file'), 10));
    if (picture === null) return context.json({ message: 'this slip is no longer kept' }, 404);
    return context.body(picture, 200, {
      'content-type': 'image/svg+xml',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
      'cache-control': 'private, max-age=3600',
    });
  });
  if (services.clips !== null) app.route('/', clipRoutes(services.clips));
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: (context) => context.json({ message: `at most ${BODY_BYTES_MAX} bytes` }, 413),
    }),
  );
  for (const path of Object.keys(PAGE_REQUESTS) as (keyof PageRequests)[]) {
    app.post(`/api/${path}`, (context) => act(context, services, path));
  }
  app.notFound((context) => context.json({ message: 'there is nothing here' }, 404));
  return app;
}

async function act<Path extends keyof PageRequests>(
  context: Context,
  services: PageServices,
  path: Path,
): Promise<Response> {
  let body: unknown;
  try {
    body = await context.req.json();
  } catch {
    return context.json({ message: 'the body is not JSON' }, 400);
  }
  const request = readPageRequest(path, body);
  if ('refused' in request) return context.json({ message: request.refused }, 400);
  const page = context.req.header('x-page');
  if (page !== undefined) services.hub.used(page);
  services.act[path](request);
  return context.body(null, 204);
}

function live(context: Context, hub: PageHub): Response {
  let leave = (): void => {};
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let open = true;
        const send = (message: ServerMessage): void => {
          if (!open) return;
          controller.enqueue(encoder.encode(`data: ${JSON.stringify(message)}\n\n`));
          const last = message.is === 'view' && message.view.stopped === true;
          if (!last && (controller.desiredSize ?? 1) > 0) return;
          open = false;
          leave();
          controller.close();
        };
        leave = hub.connect(send);
      },
      cancel: () => leave(),
    },
    new CountQueuingStrategy({ highWaterMark: MESSAGES_WAITING_MAX }),
  );
  return context.body(stream, 200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
}

async function drawnCodes(drawer: PageServices['drawer']): Promise<readonly DrawnCode[]> {
  if (drawer === null) return [];
  const codes = await drawer();
  return Promise.all(
    codes.map(async ({ label, text, kind }) => {
      const svg = await QRCode.toString(text, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' });
      return { label, text, kind, picture: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}` };
    }),
  );
}
