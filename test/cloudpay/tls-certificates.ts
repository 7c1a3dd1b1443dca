import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR_MS = 3_600_000;

/** A certificate authority of one test. */
export interface TestAuthority {
  readonly pem: string;
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}

export interface TestIdentity {
  readonly cert: string;
  readonly key: string;
}

export async function createAuthority(name: string): Promise<TestAuthority> {
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - HOUR_MS),
    notAfter: new Date(Date.now() + HOUR_MS),
    signingAlgorithm: EC,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  return { pem: certificate.toString('pem'), certificate, keys };
}

/** A server's certificate and key, good for the four loopback addresses and localhost unless told otherwise. */
export async function createIdentity(
  authority: TestAuthority,
  options: {
    readonly rsaBits?: number;
    readonly host?: string;
    readonly expired?: boolean;
    readonly early?: boolean;
    /** For clients only. */
    readonly clientOnly?: boolean;
    /** The digest that its authority signed. */
    readonly digest?: 'SHA-1' | 'SHA-256';
  } = {},
): Promise<TestIdentity> {
  const algorithm =
    options.rsaBits === undefined
      ? EC
      : {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: options.rsaBits,
          publicExponent: Uint8Array.from([1, 0, 1]),
          hash: 'SHA-256',
        };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names: x509.JsonGeneralName[] =
    options.host === undefined
      ? [
          ...['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'].map((value) => ({ type: 'ip', value }) as const),
          { type: 'dns', value: 'localhost' },
        ]
      : [{ type: 'dns', value: options.host }];
  const shiftMs = options.expired === true ? -10 * HOUR_MS : options.early === true ? 10 * HOUR_MS : 0;
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=gateway',
    issuer: authority.certificate.subject,
    notBefore: new Date(Date.now() - HOUR_MS + shiftMs),
    notAfter: new Date(Date.now() + HOUR_MS + shiftMs),
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: { ...EC, hash: options.digest ?? 'SHA-256' },
    extensions: [
      new x509.SubjectAlternativeNameExtension(names),
      ...(options.clientOnly === true ? [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])] : []),
    ],
  });
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = der.match(/.{1,64}/g)?.join('\n') ?? '';
  return {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
  };
}
