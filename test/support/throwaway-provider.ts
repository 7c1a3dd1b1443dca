import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';

/** A person at the provider, with the claims that it tells of them. */
export type People = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A real OpenID Connect provider of a test's own, on a loopback address. */
export interface ThrowawayProvider {
  readonly issuer: URL;
  close(): Promise<void>;
}

/** Whoever comes to sign in is let through as the person that `as` names in the address; everything else is the library's. */
export async function startThrowawayProvider(options: {
  readonly redirectUri: string;
  readonly people: People;
  readonly secret: string | null;
}): Promise<ThrowawayProvider> {
  const { redirectUri, people, secret } = options;
  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const issuer = new URL(`http://127.0.0.1:${port}`);
  const provider = new Provider(issuer.origin, {
    clients: [
      {
        ...{ client_id: 'till-fleet', redirect_uris: [redirectUri], response_types: ['code'] },
        grant_types: ['authorization_code'],
        ...(secret === null
          ? { token_endpoint_auth_method: 'none' as const }
          : { client_secret: secret, token_endpoint_auth_method: 'client_secret_post' as const }),
      },
    ],
    cookies: { keys: ['a test'] },
    claims: { openid: ['sub', 'groups', 'email'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  const answer = provider.callback();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', issuer);
    if (!url.pathname.startsWith('/interaction/')) return void answer(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      const login = { accountId: url.searchParams.get('as') ?? '' };
      return provider.interactionFinished(request, response, { login });
    }
    const grant = new provider.Grant({ accountId: session?.accountId, clientId: String(params['client_id']) });
    grant.addOIDCScope('openid email');
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  }

  return {
    issuer,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
