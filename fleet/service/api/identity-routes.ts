import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { openProvidedSession, SESSION_MS } from '../state/operators.ts';
import { type IdentityProvider, readPending, SIGN_IN_MS } from './identity-provider.ts';
import { ApiProblem, type ApiParts } from './route.ts';
import { SESSION_COOKIE } from './sign-in.ts';

const PENDING_COOKIE = 'till_fleet_oidc';

/** Which ways there are to sign in, and the one through an identity provider. */
export function identityRoutes(app: Hono, parts: ApiParts, root: string): void {
  const { provider, log } = parts;
  const path = `${root}/session/oidc`;
  app.get(`${root}/session/ways`, (context) => context.json({ token: true, oidc: provider === null ? null : path }));
  app.get(path, async (context) => {
    const { url, pending } = await needed(provider)
      .begin()
      .catch((error: unknown) => {
        log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the identity provider');
        throw new ApiProblem(502, 'no-provider', 'the identity provider cannot be reached; a token signs in too');
      });
    // Lax: the way back begins at the provider's site.
    setCookie(context, PENDING_COOKIE, JSON.stringify(pending), {
      ...{ httpOnly: true, sameSite: 'Lax', path, maxAge: SIGN_IN_MS / 1000, secure: needed(provider).isSecure },
    });
    return context.redirect(url.href, 302);
  });
  app.get(`${path}/callback`, (context) => finish(context, parts, path));
}

async function finish(context: Context, parts: ApiParts, path: string): Promise<Response> {
  const { store, clock, random, log } = parts;
  const provider = needed(parts.provider);
  const pending = readPending(getCookie(context, PENDING_COOKIE));
  deleteCookie(context, PENDING_COOKIE, { path });
  if (pending === null)
    throw new ApiProblem(400, 'no-sign-in', 'no sign-in was begun in this browser, or it took too long');
  const signedIn = await provider.finish(new URL(context.req.url).searchParams, pending);
  if (!signedIn.ok) {
    log.warn({ code: signedIn.code, reason: signedIn.why.slice(0, 200) }, 'a sign-in was refused');
    if (signedIn.code === 'no-role') throw new ApiProblem(403, 'role', signedIn.why);
    throw new ApiProblem(401, 'refused', 'the identity provider did not vouch for this sign-in: begin anew');
  }
  const { name, role, subject } = signedIn;
  const session = await openProvidedSession({ db: store.db, random, nowMs: clock.wallMs() }, { name, role, subject });
  setCookie(context, SESSION_COOKIE, session, {
    ...{ httpOnly: true, sameSite: 'Strict', path: '/', maxAge: SESSION_MS / 1000, secure: provider.isSecure },
  });
  return context.redirect('/', 302);
}

function needed(provider: IdentityProvider | null): IdentityProvider {
  if (provider === null) throw new ApiProblem(404, 'not-found', 'this service has no identity provider');
  return provider;
}
