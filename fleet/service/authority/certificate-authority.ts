import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Random } from '../../../hal/random/contract.ts';
import { isTerminalId } from '../../contract/topics.ts';
import { replaceFile } from './durable-file.ts';
import { AuthorityProblem } from './authority-problem.ts';
import { IssuedLog, type IssuedCertificate } from './issued-log.ts';
import { serialKey } from './revocation-list.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const CA_DAYS = 7_300;
const CRL_DAYS = 3_650;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
/** A clock that is a little behind accepts a certificate made just now. */
const SKEW_MS = 3_600_000;

/** PEM texts; `key` only when it was made here. */
export interface IssuedIdentity {
  readonly cert: string;
  readonly key: string | null;
  readonly serial: string;
}

/** Where a certificate authority lives, and what it takes chance and time from. */
export interface AuthorityParts {
  /** Holds the CA's key, so nobody else's eyes belong in it. */
  readonly folder: string;
  readonly random: Random;
  /** Wall clock, epoch ms. */
  readonly nowMs: number;
}

const filesOf = (folder: string) => ({
  cert: join(folder, 'ca.pem'),
  key: join(folder, 'ca-key.pem'),
  crl: join(folder, 'crl.pem'),
});

/** Whose certificate says who a terminal is: made once, kept in a folder; the broker needs only `ca.pem` and `crl.pem` of it. */
export class CertificateAuthority {
  readonly #parts: AuthorityParts;
  readonly #cert: x509.X509Certificate;
  readonly #key: CryptoKey;
  readonly #issued: IssuedLog;

  private constructor(parts: AuthorityParts, cert: x509.X509Certificate, key: CryptoKey) {
    this.#parts = parts;
    this.#cert = cert;
    this.#key = key;
    this.#issued = new IssuedLog(parts.folder);
  }

  /** Makes a new CA. @throws AuthorityProblem when the folder has one: certificates given out would be worth nothing */
  static async init(parts: AuthorityParts, name: string): Promise<CertificateAuthority> {
    x509.cryptoProvider.set(crypto);
    const { folder, nowMs, random } = parts;
    const files = filesOf(folder);
    if (existsSync(files.cert) || existsSync(files.key)) throw new AuthorityProblem(`${folder} has a CA already`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const cert = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: newSerial(random),
      name: [{ CN: [name] }],
      notBefore: new Date(nowMs - SKEW_MS),
      notAfter: new Date(nowMs + CA_DAYS * DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    replaceFile(files.key, await privatePem(keys.privateKey));
    replaceFile(files.cert, `${cert.toString('pem')}\n`);
    const authority = new CertificateAuthority(parts, cert, keys.privateKey);
    await authority.#writeRevocations([]);
    return authority;
  }

  /** @throws AuthorityProblem when there is none */
  static async open(parts: AuthorityParts): Promise<CertificateAuthority> {
    x509.cryptoProvider.set(crypto);
    const files = filesOf(parts.folder);
    if (!existsSync(files.cert) || !existsSync(files.key)) {
      throw new AuthorityProblem(`there is no CA in ${parts.folder}: make one with till fleet ca init`);
    }
    const cert = new x509.X509Certificate(readFileSync(files.cert, 'utf8'));
    const der = x509.PemConverter.decodeFirst(readFileSync(files.key, 'utf8'));
    const key = await crypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
    return new CertificateAuthority(parts, cert, key);
  }

  get caPem(): string {
    return `${this.#cert.toString('pem')}\n`;
  }

  get files(): ReturnType<typeof filesOf> {
    return filesOf(this.#parts.folder);
  }

  /**
   * A certificate whose common name is the terminal's id.
   * @param csrPem the terminal's own request, so that its key never leaves it; null makes a key here
   * @throws AuthorityProblem for an id or a request that is none
   */
  async enrol(tid: string, days: number, csrPem: string | null = null): Promise<IssuedIdentity> {
    if (!isTerminalId(tid)) throw new AuthorityProblem(`"${tid}" is no terminal id: 1 to 48 letters, digits, _ or -`);
    if (csrPem === null) return this.#issue({ name: tid, kind: 'terminal', days, names: [], usages: [CLIENT_AUTH] });
    const publicKey = await requestedKey(csrPem);
    return this.#issue({ name: tid, kind: 'terminal', days, names: [], usages: [CLIENT_AUTH], publicKey });
  }

  /** A broker's certificate for host names and addresses; the nodes of a cluster show it to each other, too. */
  async issueServer(hosts: readonly string[], days: number): Promise<IssuedIdentity> {
    const [first] = hosts;
    if (first === undefined) throw new AuthorityProblem('a server needs at least one host name or address');
    const names = hosts.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }));
    return this.#issue({ name: first, kind: 'server', days, names, usages: [SERVER_AUTH, CLIENT_AUTH] });
  }

  /** A certificate for a fleet worker at an outside broker; its name is no terminal id, so it can never be taken for one. */
  async issueWorker(name: string, days: number): Promise<IssuedIdentity> {
    return this.#issue({ name: `fleet.${name}`, kind: 'worker', days, names: [], usages: [CLIENT_AUTH] });
  }

  /**
   * Revokes every certificate of a name, or one serial number, and writes the list anew.
   * @returns the certificates that were revoked now
   */
  async revoke(nameOrSerial: string): Promise<IssuedCertificate[]> {
    const { nowMs } = this.#parts;
    const isMeant = (one: IssuedCertificate): boolean =>
      one.revokedMs === null && (one.name === nameOrSerial || serialKey(one.serial) === serialKey(nameOrSerial));
    const revoked = this.issued().filter(isMeant);
    this.#issued.revoked(
      revoked.map(({ serial }) => serial),
      nowMs,
    );
    await this.#writeRevocations(this.issued());
    return revoked;
  }

  /** Everything given out, oldest first. @throws AuthorityProblem when the list cannot be read */
  issued(): IssuedCertificate[] {
    return this.#issued.read();
  }

  async #issue(order: {
    readonly name: string;
    readonly kind: IssuedCertificate['kind'];
    readonly days: number;
    readonly names: readonly { readonly type: 'ip' | 'dns'; readonly value: string }[];
    readonly usages: readonly string[];
    readonly publicKey?: CryptoKey;
  }): Promise<IssuedIdentity> {
    const { nowMs, random } = this.#parts;
    const keys =
      order.publicKey === undefined ? await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) : null;
    const publicKey = order.publicKey ?? keys?.publicKey;
    if (publicKey === undefined) throw new AuthorityProblem('no public key');
    const serial = newSerial(random);
    const untilMs = nowMs + order.days * DAY_MS;
    const cert = await x509.X509CertificateGenerator.create({
      serialNumber: serial,
      subject: [{ CN: [order.name] }],
      issuer: this.#cert.subject,
      notBefore: new Date(nowMs - SKEW_MS),
      notAfter: new Date(untilMs),
      signingAlgorithm: ALGORITHM,
      publicKey,
      signingKey: this.#key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([...order.usages]),
        ...(order.names.length > 0 ? [new x509.SubjectAlternativeNameExtension([...order.names])] : []),
        await x509.AuthorityKeyIdentifierExtension.create(this.#cert.publicKey),
      ],
    });
    const { name, kind } = order;
    // The log first: a certificate that is not in it could never be revoked.
    this.#issued.add({ serial, name, kind, issuedMs: nowMs, untilMs, revokedMs: null });
    return { cert: `${cert.toString('pem')}\n`, key: keys === null ? null : await privatePem(keys.privateKey), serial };
  }

  async #writeRevocations(issued: readonly IssuedCertificate[]): Promise<void> {
    const { nowMs } = this.#parts;
    const files = filesOf(this.#parts.folder);
    const crl = await x509.X509CrlGenerator.create({
      issuer: this.#cert.subject,
      thisUpdate: new Date(nowMs - SKEW_MS),
      nextUpdate: new Date(nowMs + CRL_DAYS * DAY_MS),
      signingAlgorithm: ALGORITHM,
      signingKey: this.#key,
      entries: issued
        .filter(({ revokedMs }) => revokedMs !== null)
        .map(({ serial, revokedMs }) => ({ serialNumber: serial, revocationDate: new Date(revokedMs ?? nowMs) })),
    });
    // OpenSSL, and with it every broker, reads a list only under this name.
    replaceFile(files.crl, `${x509.PemConverter.encode(crl.rawData, 'X509 CRL')}\n`);
  }
}

/** @throws AuthorityProblem when it is no request, or not signed with its own key */
async function requestedKey(csrPem: string): Promise<CryptoKey> {
  try {
    const request = new x509.Pkcs10CertificateRequest(csrPem);
    if (await request.verify()) return await request.publicKey.export();
  } catch {
    // Said below.
  }
  throw new AuthorityProblem('the certificate request cannot be read, or is not signed with its own key');
}

async function privatePem(key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

/** Positive and unguessable, as certificates want it. */
function newSerial(random: Random): string {
  return `01${Buffer.from(random.bytes(12)).toString('hex')}`;
}
