import * as oidc from 'openid-client';
import * as v from 'valibot';
import type { Clock } from '../../../hal/clock/contract.ts';
import { type ProvidedOperator, type Role, ROLES } from '../state/operators.ts';

/** How long somebody may take to sign in at the provider. */
export const SIGN_IN_MS = 10 * 60_000;
/** A provider that could not be reached is asked again with the next sign-in, but not more often. */
const AGAIN_MS = 5_000;
const REQUEST_LIMIT_S = 10;
const NAME_CHARACTERS_MAX = 128;

/** Which OpenID Connect provider vouches for operators, and which of its claims make somebody what. */
export interface ProviderSettings {
  /** Exactly as the provider calls itself; `https://`, or `http://` on a loopback address. */
  readonly issuer: URL;
  readonly clientId: string;
  /** Null: a public client; PKCE protects it. */
  readonly clientSecret: string | null;
  /** This service as browsers reach it. */
  readonly publicUrl: URL;
  /** Space-separated, as the provider wants them; `openid` is among them. */
  readonly scope: string;
  /** The claim that says what somebody is: a text or a list of texts. */
  readonly claim: string;
  /** Values of that claim, by role. Who has none of them may not come in. */
  readonly roles: Readonly<Record<Role, readonly string[]>>;
}

/** What the browser keeps between leaving for the provider and coming back. */
const pendingSchema = v.strictObject({
  state: v.pipe(v.string(), v.maxLength(128)),
  nonce: v.pipe(v.string(), v.maxLength(128)),
  verifier: v.pipe(v.string(), v.maxLength(128)),
});

/** What the browser keeps in a cookie while somebody is at the provider, to be compared when they return. */
export type PendingSignIn = v.InferOutput<typeof pendingSchema>;

/** Null for what is none of ours. */
export function readPending(text: string | undefined): PendingSignIn | null {
  try {
    const read = v.safeParse(pendingSchema, JSON.parse(text ?? ''));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

/** Who came back from the provider, or why nobody may come in. */
export type SignedIn =
  | ({ readonly ok: true } & ProvidedOperator)
  /** In words for whoever tried. */
  | { readonly ok: false; readonly code: 'no-role' | 'refused'; readonly why: string };

/** An OpenID Connect provider that vouches for operators: authorization code with PKCE, state and nonce. */
export class IdentityProvider {
  readonly #settings: ProviderSettings;
  readonly #clock: Clock;
  #found: Promise<oidc.Configuration> | null = null;
  #failedMs = Number.NEGATIVE_INFINITY;

  constructor(settings: ProviderSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  get redirectUrl(): string {
    return new URL('/api/v1/session/oidc/callback', this.#settings.publicUrl).href;
  }

  get isSecure(): boolean {
    return this.#settings.publicUrl.protocol === 'https:';
  }

  /** Where the browser goes, and what it keeps meanwhile. @throws Error when the provider cannot be reached */
  async begin(): Promise<{ readonly url: URL; readonly pending: PendingSignIn }> {
    const provider = await this.#provider();
    const verifier = oidc.randomPKCECodeVerifier();
    const pending = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier };
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: this.redirectUrl,
      scope: this.#settings.scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
    });
    return { url, pending };
  }

  /** Who came back. Never rejects: the words say what was wrong. @param query of the callback as it came */
  async finish(query: URLSearchParams, pending: PendingSignIn): Promise<SignedIn> {
    const callback = new URL(this.redirectUrl);
    callback.search = query.toString();
    try {
      const tokens = await oidc.authorizationCodeGrant(await this.#provider(), callback, {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims() ?? {};
      return this.#judge(claims);
    } catch (error) {
      return { ok: false, code: 'refused', why: error instanceof Error ? error.message : String(error) };
    }
  }

  #judge(claims: Readonly<Record<string, unknown>>): SignedIn {
    const { claim, roles } = this.#settings;
    const value = claims[claim];
    const held = new Set((Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string'));
    const role = ROLES.findLast((one) => roles[one].some((wanted) => held.has(wanted)));
    const name = nameOf(claims);
    if (role !== undefined) return { ok: true, name, role, subject: String(claims['sub']) };
    return {
      ok: false,
      code: 'no-role',
      why: `${name} has no role here: none of the values of the claim ${claim} gives one`,
    };
  }

  /** Found once; a failure is forgotten, so that a provider that comes back is used. */
  async #provider(): Promise<oidc.Configuration> {
    if (this.#found === null && this.#clock.monotonicMs() - this.#failedMs < AGAIN_MS) {
      throw new Error('the identity provider could not be reached: try again in a moment');
    }
    const { issuer, clientId, clientSecret } = this.#settings;
    const authentication = clientSecret === null ? oidc.None() : oidc.ClientSecretPost(clientSecret);
    // Plain HTTP is refused by the settings unless it stays on this machine.
    const isPlain = issuer.protocol === 'http:';
    this.#found ??= oidc.discovery(issuer, clientId, undefined, authentication, {
      timeout: REQUEST_LIMIT_S,
      ...(isPlain && { execute: [oidc.allowInsecureRequests] }),
    });
    try {
      return await this.#found;
    } catch (error) {
      this.#found = null;
      this.#failedMs = this.#clock.monotonicMs();
      throw error;
    }
  }
}

/** The name in the audit log: what a person recognises, with the provider's own id of the person where there is nothing else. */
function nameOf(claims: Readonly<Record<string, unknown>>): string {
  const texts = [claims['email'], claims['preferred_username'], claims['sub']];
  const name = texts.find((text): text is string => typeof text === 'string' && text !== '') ?? 'somebody';
  return name.toWellFormed().replaceAll('\0', '').slice(0, NAME_CHARACTERS_MAX);
}
