import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { TerminalFailure } from '../domain/failure.ts';

/**
 * TLS 1.3, or 1.2 with forward secrecy and authenticated encryption. SECLEVEL 2 refuses RSA keys below 2,048 bits and SHA-1
 * signatures, which OpenSSL's default here would take; leaving out plain RSA key exchange needs the explicit list.
 */
export const CIPHERS =
  'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=2';

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Settings shared by all connections; made once, because reading the trusted certificates takes milliseconds.
 * @param extraCaPem certificates trusted beside the system's, as PEM text.
 * @throws TerminalFailure `configuration.invalid` when that text holds no readable certificate.
 */
export function gatewaySecureContext(extraCaPem: string | null): SecureContext {
  const hardened = { minVersion: 'TLSv1.2', ciphers: CIPHERS } as const;
  if (extraCaPem === null) return createSecureContext(hardened);
  return createSecureContext({ ...hardened, ca: [...getCACertificates('default'), ...certificatesOf(extraCaPem)] });
}

function certificatesOf(pem: string): readonly string[] {
  const blocks = pem.match(CERTIFICATE_BLOCK) ?? [];
  try {
    if (blocks.length === 0) throw new Error('it holds no -----BEGIN CERTIFICATE----- block');
    for (const block of blocks) new X509Certificate(block);
    return blocks;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'not readable';
    throw new TerminalFailure('configuration.invalid', `gateway.caFile is not a PEM certificate: ${why}`, { cause });
  }
}

/**
 * One environment variable switches off every certificate check in Node.js, and a terminal that pays must not run like that.
 * @throws TerminalFailure `configuration.invalid`.
 */
export function assertTlsVerificationOn(env: Readonly<Record<string, string | undefined>>): void {
  const value = env['NODE_TLS_REJECT_UNAUTHORIZED'];
  if (value === undefined || value === '1') return;
  throw new TerminalFailure(
    'configuration.invalid',
    `NODE_TLS_REJECT_UNAUTHORIZED is set to "${value}", which can switch certificate checks off: unset it and start again ` +
      '(to trust a private gateway, name its certificate in gateway.caFile)',
  );
}
