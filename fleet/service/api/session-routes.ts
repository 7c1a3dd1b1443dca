import type { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as v from 'valibot';
import { closeSession, openSession, operatorOfToken, SESSION_MS } from '../state/operators.ts';
import { ApiProblem, type ApiParts } from './route.ts';
import { callerOf, SESSION_COOKIE } from './sign-in.ts';

const signInSchema = v.strictObject({ token: v.pipe(v.string(), v.maxLength(128)) });

/** Signing in with a browser: a token for a cookie that scripts cannot read. */
export function sessionRoutes(app: Hono, parts: ApiParts, root: string): void {
  const { store, clock, random } = parts;
  app.post(`${root}/session`, async (context) => {
    const body = v.safeParse(signInSchema, await context.req.json().catch(() => null));
    if (!body.success) throw new ApiProblem(400, 'bad-request', 'the body must be {"token": "…"}');
    const nowMs = clock.wallMs();
    const operator = await operatorOfToken(store.db, body.output.token, nowMs);
    if (operator === null) throw new ApiProblem(401, 'bad-token', 'the token is not known, was revoked or has run out');
    const session = await openSession({ db: store.db, random, nowMs }, operator);
    setCookie(context, SESSION_COOKIE, session, {
      ...{ httpOnly: true, sameSite: 'Strict', path: '/', maxAge: SESSION_MS / 1000 },
      secure: new URL(context.req.url).protocol === 'https:',
    });
    return context.json({ name: operator.name, role: operator.role });
  });
  app.get(`${root}/session`, async (context) => {
    const { name, role } = await callerOf(context, parts);
    return context.json({ name, role });
  });
  app.delete(`${root}/session`, async (context) => {
    const session = getCookie(context, SESSION_COOKIE);
    if (session !== undefined) await closeSession(store.db, session);
    deleteCookie(context, SESSION_COOKIE, { path: '/' });
    return context.json({});
  });
}
