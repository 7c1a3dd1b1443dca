import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { sql } from 'kysely';
import * as v from 'valibot';
import { mayAct } from '../state/operators.ts';
import { alertRoutes } from './alert-routes.ts';
import { campaignRoutes } from './campaign-routes.ts';
import { commandRoutes } from './command-routes.ts';
import { configurationRoutes } from './configuration-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { identityRoutes } from './identity-routes.ts';
import { liveStream } from './live-stream.ts';
import { openApiDocument } from './openapi.ts';
import { operatorRoutes } from './operator-routes.ts';
import { ApiProblem, type ApiParts, type Route } from './route.ts';
import { sessionRoutes } from './session-routes.ts';
import { callerOf } from './sign-in.ts';
import { terminalRoutes } from './terminal-routes.ts';

/** Every operation of the API that answers with one JSON document. */
export const FLEET_ROUTES: readonly Route[] = [
  ...terminalRoutes,
  ...historyRoutes,
  ...commandRoutes,
  ...alertRoutes,
  ...configurationRoutes,
  ...campaignRoutes,
  ...operatorRoutes,
];

const BODY_BYTES_MAX = 1024 * 1024;
const API_ROOT = '/api/v1';

/** The HTTP side of the service: `/api/v1`, `/metrics`, `/healthz` (this process) and `/readyz` (its database too). */
export function fleetApi(parts: ApiParts): Hono {
  const app = new Hono();
  app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'self'"], frameAncestors: ["'none'"] } }));
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLarge }));
  app.get('/healthz', (context) => context.json({ ok: true }));
  app.get('/readyz', (context) => readiness(context, parts));
  app.get('/metrics', async (context) => {
    await callerOf(context, parts);
    const { registry } = parts.metrics;
    return context.body(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
  app.get(`${API_ROOT}/openapi.json`, (context) => context.json(openApiDocument(FLEET_ROUTES, API_ROOT)));
  app.get(`${API_ROOT}/live`, async (context) => {
    await callerOf(context, parts);
    return liveStream(context, parts);
  });
  sessionRoutes(app, parts, API_ROOT);
  identityRoutes(app, parts, API_ROOT);
  for (const one of FLEET_ROUTES) mount(app, one, parts);
  app.notFound((context) =>
    context.json(problem('not-found', `there is no ${context.req.method} ${context.req.path}`), 404),
  );
  app.onError((error, context) => {
    if (error instanceof ApiProblem) return context.json(problem(error.code, error.message), error.status);
    parts.log.error({ reason: error.message, path: context.req.path }, 'a request met an unexpected error');
    return context.json(problem('internal', 'the service could not do it; its log says why'), 500);
  });
  return app;
}

function mount(app: Hono, one: Route, parts: ApiParts): void {
  const path = `${API_ROOT}${one.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
  app.on(one.method.toUpperCase(), path, async (context) => {
    const startedMs = parts.clock.monotonicMs();
    let status = '500';
    try {
      const answer = await answerOf(one, context, parts);
      status = '200';
      return context.json(answer ?? {});
    } catch (error) {
      if (error instanceof ApiProblem) status = String(error.status);
      throw error;
    } finally {
      const seconds = (parts.clock.monotonicMs() - startedMs) / 1000;
      parts.metrics.requestSeconds.observe({ route: `${one.method} ${one.path}`, status }, seconds);
    }
  });
}

async function answerOf(one: Route, context: Context, parts: ApiParts): Promise<object | null> {
  const operator = await callerOf(context, parts);
  if (!mayAct(operator.role, one.role)) {
    throw new ApiProblem(403, 'role', `this needs the role ${one.role}; ${operator.name} is a ${operator.role}`);
  }
  const params = Object.fromEntries(Object.entries(context.req.param()).map(([name, value]) => [name, String(value)]));
  const query = one.query === undefined ? undefined : checked(one.query, context.req.query(), 'query');
  const body = one.body === undefined ? undefined : checked(one.body, await jsonOf(context), 'body');
  return one.handle({ parts, operator, params, query, body });
}

/** @throws ApiProblem that names every field that is wrong */
export function checked<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown, what: string): Output {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const wrong = result.issues.map((issue) => `${v.getDotPath(issue) ?? what}: ${issue.message}`);
  throw new ApiProblem(400, 'bad-request', wrong.join('; ').slice(0, 1000));
}

/** @throws ApiProblem when the body is no JSON */
export async function jsonOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    throw new ApiProblem(400, 'not-json', 'the body must be JSON');
  }
}

async function readiness(context: Context, { store }: ApiParts): Promise<Response> {
  try {
    await sql`select 1`.execute(store.db);
    return context.json({ ok: true, engine: store.engine });
  } catch {
    return context.json({ ok: false, why: 'the database does not answer' }, 503);
  }
}

function tooLarge(context: Context): Response {
  return context.json(problem('too-large', `a body holds ${BODY_BYTES_MAX} bytes at most`), 413);
}

function problem(code: string, message: string): object {
  return { error: { code, message } };
}
