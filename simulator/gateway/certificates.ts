import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const CA_NAME = 'CN=Till sandbox CA';

/** PEM texts of one identity. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** The certificates that a sandbox shows: a right one and the three wrong ones (§9). */
export interface Certificates {
  /** PEM file that a terminal must trust. */
  readonly caFile: string;
  readonly caPem: string;
  readonly right: Identity;
  readonly foreign: Identity;
  readonly expired: Identity;
  readonly untrusted: Identity;
}

interface Authority {
  readonly keys: CryptoKeyPair;
  readonly cert: x509.X509Certificate;
}

/**
 * Makes the sandbox's own CA at first start and keeps it in the folder (private key 0600), so that a terminal's
 * `caFile` stays valid over restarts. Host keys live in memory only.
 * @param addresses IP addresses that the right certificate is for
 */
export async function openCertificates(
  folder: string,
  addresses: readonly string[],
  nowMs: number,
): Promise<Certificates> {
  x509.cryptoProvider.set(crypto);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const caFile = join(folder, 'ca.pem');
  const authority = await openAuthority(caFile, join(folder, 'ca-key.pem'), nowMs);
  const stranger = await newAuthority('CN=Somebody else', nowMs);
  const names = [
    ...addresses.map((value) => ({ type: 'ip' as const, value })),
    { type: 'dns' as const, value: 'localhost' },
  ];
  const from = nowMs - DAY_MS;
  const until = nowMs + 365 * DAY_MS;
  return {
    caFile,
    caPem: authority.cert.toString('pem'),
    right: await issue(authority, names, from, until),
    foreign: await issue(authority, [{ type: 'dns', value: 'another-host.invalid' }], from, until),
    expired: await issue(authority, names, nowMs - 30 * DAY_MS, nowMs - DAY_MS),
    untrusted: await issue(stranger, names, from, until),
  };
}

async function openAuthority(caFile: string, keyFile: string, nowMs: number): Promise<Authority> {
  if (existsSync(caFile) && existsSync(keyFile)) {
    const cert = new x509.X509Certificate(readFileSync(caFile, 'utf8'));
    if (cert.notAfter.getTime() > nowMs + 30 * DAY_MS) {
      const der = x509.PemConverter.decodeFirst(readFileSync(keyFile, 'utf8'));
      const privateKey = await crypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
      return { keys: { privateKey, publicKey: await cert.publicKey.export() }, cert };
    }
  }
  const authority = await newAuthority(CA_NAME, nowMs);
  writePrivately(keyFile, await privatePem(authority.keys.privateKey));
  writePrivately(caFile, `${authority.cert.toString('pem')}\n`);
  return authority;
}

async function newAuthority(name: string, nowMs: number): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name,
    notBefore: new Date(nowMs - DAY_MS),
    notAfter: new Date(nowMs + 3650 * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { keys, cert };
}

async function issue(
  authority: Authority,
  names: readonly { readonly type: 'ip' | 'dns'; readonly value: string }[],
  fromMs: number,
  untilMs: number,
): Promise<Identity> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=Till sandbox',
    issuer: authority.cert.subject,
    notBefore: new Date(fromMs),
    notAfter: new Date(untilMs),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1']),
      new x509.SubjectAlternativeNameExtension([...names]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
    ],
  });
  return { key: await privatePem(keys.privateKey), cert: cert.toString('pem') };
}

async function privatePem(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** Positive and unguessable, as certificates want it. */
function serial(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `01${Buffer.from(bytes).toString('hex')}`;
}

function writePrivately(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
