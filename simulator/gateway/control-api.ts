import { Hono, type Context } from 'hono';
import { toString as qrSvg } from 'qrcode';
import * as v from 'valibot';
import type { Random } from '../../hal/random/contract.ts';
import { yuanText } from '../../domain/fen.ts';
import {
  armSchema,
  disarmSchema,
  hostSchema,
  latencySchema,
  noFieldsSchema,
  profileSchema,
  ticketSchema,
} from './control-schema.ts';
import { makeCode, readyCustomerCodes } from './customer-codes.ts';
import { scriptAmountFen } from './fault-script.ts';
import { FAULT_SCRIPTS } from './fault-scripts.ts';
import type { Sandbox } from './sandbox.ts';

/** What the control API acts on, and what it tells a terminal's tester. */
export interface ControlApiOptions {
  readonly sandbox: Sandbox;
  /** Base URLs of the four domains, in order. */
  readonly domains: readonly string[];
  readonly caPem: string;
  readonly caFile: string;
  readonly random: Random;
}

const BODY_BYTES_MAX = 16_384;
const BOOK_LIMIT_MAX = 100_000;
const BOOK_LIMIT_DEFAULT = 200;
const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** A refusal in words, with its HTTP status. */
class ControlRefusal extends Error {
  readonly status: 400 | 404 | 409 | 413 | 415;
  constructor(status: 400 | 404 | 409 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/** The control API: plain HTTP, JSON, for this machine only. Errors are `{"error": "what was wrong, what to do"}`. */
export function createControlApi(options: ControlApiOptions): Hono {
  const { sandbox } = options;
  const app = new Hono();
  app.onError((error, context) =>
    error instanceof ControlRefusal
      ? context.json({ error: error.message }, error.status)
      : context.json({ error: 'the sandbox failed on this request; please report it' }, 500),
  );
  app.notFound((context) => context.json({ error: `nothing here: ${context.req.method} ${context.req.path}` }, 404));
  app.use(async (context, next) => {
    // A web page of a foreign site must not drive the sandbox through the visitor's browser (DNS rebinding).
    if (!LOCAL_HOST.test(context.req.header('host') ?? '')) throw new ControlRefusal(400, 'only for this machine');
    await next();
    context.header('cache-control', 'no-store');
  });
  addReading(app, options);
  addFaults(app, sandbox);
  addSettings(app, options);
  addOrders(app, sandbox);
  return app;
}

function addReading(app: Hono, { sandbox, domains, caPem, caFile, random }: ControlApiOptions): void {
  app.get('/book', (context) => {
    const limit = Number(context.req.query('limit') ?? BOOK_LIMIT_DEFAULT);
    if (!Number.isInteger(limit) || limit < 1 || limit > BOOK_LIMIT_MAX) {
      throw new ControlRefusal(400, `limit must be a whole number from 1 to ${BOOK_LIMIT_MAX}`);
    }
    return context.json(sandbox.book(limit));
  });
  app.get('/gateway', (context) => context.json({ domains, caFile }));
  app.get('/ca.pem', (context) => context.body(caPem, 200, { 'content-type': 'application/x-pem-file' }));
  app.get('/scripts', (context) =>
    context.json(
      FAULT_SCRIPTS.map((script) => ({
        id: script.id,
        zh: script.zh,
        en: script.en,
        amount: yuanText(scriptAmountFen(script)),
        amountFen: scriptAmountFen(script),
        interface: script.on?.[0] ?? (script.refund === undefined ? 'micro_pay' : 'refund'),
      })),
    ),
  );
  app.get('/codes', async (context) => {
    const codes = readyCustomerCodes(random);
    if (context.req.query('pictures') === undefined) return context.json(codes);
    const drawn = await Promise.all(
      codes.map(async (code) => ({ ...code, svg: await qrSvg(code.code, { type: 'svg', margin: 1 }) })),
    );
    return context.json(drawn);
  });
  app.get('/codes/:platform/:kind', (context) => {
    const wanted = v.safeParse(
      v.object({
        platform: v.picklist(['wechat', 'alipay']),
        kind: v.picklist(['plain', 'password', 'insufficient', 'stops', 'never']),
        wait: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999)),
      }),
      { ...context.req.param(), wait: Number(context.req.query('wait') ?? 0) },
    );
    if (!wanted.success) throw refusalOf(wanted.issues[0]);
    const { platform, kind, wait } = wanted.output;
    return context.json({ platform, kind, waitS: wait, code: makeCode(platform, kind, wait, random) });
  });
}

function addFaults(app: Hono, sandbox: Sandbox): void {
  app.post('/faults', async (context) => {
    const armed = sandbox.arm(await fields(context, armSchema));
    if (typeof armed === 'string') throw new ControlRefusal(400, armed);
    return context.json(armed, 201);
  });
  app.delete('/faults', async (context) => {
    const { id } = await fields(context, disarmSchema);
    return context.json({ removed: sandbox.disarm(id) });
  });
  app.post('/hosts/:n', async (context) => {
    const index = Number(context.req.param('n'));
    if (![0, 1, 2, 3].includes(index)) throw new ControlRefusal(404, 'domains are numbered 0 to 3');
    const { condition, forMs } = await fields(context, hostSchema);
    sandbox.setHost(index, condition, forMs);
    return context.json(sandbox.hosts.list()[index]);
  });
}

function addSettings(app: Hono, { sandbox, domains }: ControlApiOptions): void {
  app.post('/profile', async (context) => {
    const changes = await fields(context, profileSchema);
    sandbox.change(Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)));
    return context.json(sandbox.settings());
  });
  app.post('/latency', async (context) => {
    const latency = await fields(context, latencySchema);
    if (latency.kind === 'uniform' && latency.toMs < latency.fromMs) {
      throw new ControlRefusal(400, 'toMs must not be below fromMs');
    }
    if (latency.kind === 'lognormal' && latency.p99Ms < latency.p50Ms) {
      throw new ControlRefusal(400, 'p99Ms must not be below p50Ms');
    }
    sandbox.change({ latency });
    return context.json(sandbox.settings());
  });
  app.post('/settings', async (context) => {
    const { domain, ...request } = await fields(context, ticketSchema);
    try {
      const ticket = sandbox.issueTicket(request);
      const qr = `${domains[domain] ?? ''}${ticket.pathAndQuery}`;
      return context.json({ qr, expiresMs: ticket.expiresMs, svg: await qrSvg(qr, { type: 'svg', margin: 1 }) }, 201);
    } catch (error) {
      if (error instanceof RangeError) throw new ControlRefusal(400, error.message);
      throw error;
    }
  });
}

function addOrders(app: Hono, sandbox: Sandbox): void {
  app.post('/orders/:number/pay', async (context) => {
    await fields(context, noFieldsSchema);
    if (!sandbox.payOrder(context.req.param('number'))) throw notWaiting(context.req.param('number'));
    return context.json({ done: true });
  });
  app.post('/orders/:number/close', async (context) => {
    await fields(context, noFieldsSchema);
    if (!sandbox.stopOrder(context.req.param('number'))) throw notWaiting(context.req.param('number'));
    return context.json({ done: true });
  });
}

function notWaiting(number: string): ControlRefusal {
  return new ControlRefusal(409, `no order ${number.slice(0, 40)} is waiting for its customer`);
}

/** The JSON body, checked; an empty body counts as `{}`. */
async function fields<Schema extends v.GenericSchema>(
  context: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const length = Number(context.req.header('content-length') ?? 0);
  if (length > BODY_BYTES_MAX) throw new ControlRefusal(413, `the body must not exceed ${BODY_BYTES_MAX} bytes`);
  const body = await context.req.text();
  if (body.length > BODY_BYTES_MAX) throw new ControlRefusal(413, `the body must not exceed ${BODY_BYTES_MAX} bytes`);
  // Browsers send other types across sites without asking; this one they do not.
  if (!(context.req.header('content-type') ?? '').startsWith('application/json')) {
    throw new ControlRefusal(415, 'send content-type: application/json');
  }
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body === '' ? '{}' : body);
  if (!read.success) throw refusalOf(read.issues[0]);
  return read.output;
}

function refusalOf(issue: v.BaseIssue<unknown>): ControlRefusal {
  return new ControlRefusal(400, `${v.getDotPath(issue) ?? 'the body'}: ${issue.message.slice(0, 300)}`);
}
