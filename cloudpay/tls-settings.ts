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
 * Settings shared by all connections; made once and not before the first one: reading the trusted certificates takes longer than
 * the rest of a start together.
 * @param extraCa certificates trusted beside the system's, see `certificatesOf`.
 */
export function gatewaySecureContext(extraCa: readonly string[]): SecureContext {
  const hardened = { minVersion: 'TLSv1.2', ciphers: CIPHERS } as const;
  if (extraCa.length === 0) return createSecureContext(hardened);
  return createSecureContext({ ...hardened, ca: [...getCACertificates('default'), ...extraCa] });
}

/**
 * The certificates of a PEM text, each of them read once.
 * @throws TerminalFailure `configuration.invalid` when that text holds no readable certificate.
 */
export function certificatesOf(pem: string): readonly string[] {
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
