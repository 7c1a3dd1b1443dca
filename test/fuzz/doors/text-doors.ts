import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { loadConfig } from '../../../config/load-config.ts';
import { isFailure } from '../../../domain/failure.ts';
import { recogniseScan } from '../../../domain/recognise-scan.ts';
import { KEYS } from '../../../domain/screen.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { BoundedLines } from '../../../hal/profiles/headless/bounded-lines.ts';
import { readInstruction } from '../../../hal/profiles/headless/instruction.ts';
import { PAGE_REQUESTS, readPageRequest } from '../../../hal/profiles/web/page-request.ts';
import { TtyKeys } from '../../../hal/profiles/tty/tty-keys.ts';
import { SCAN_TEXT_MAX } from '../../../hal/scanner/contract.ts';
import type { FuzzDoor } from '../door.ts';

const DOMAINS = ['https://pay.qcloud.com', 'https://sz.pay.qcloud.com'];
const bytes = (texts: readonly string[]): Uint8Array[] => texts.map((text) => Buffer.from(text, 'utf8'));

const SCAN_KINDS = [
  'customer-code',
  'configuration',
  'configuration-refused',
  'wifi',
  'wifi-refused',
  'order',
  'order-refused',
  'unknown',
];
const SCANS = [
  '130000000000000001',
  '280000000000000001',
  '010099990463165903316012',
  '01009999000000000001',
  'https://pay.qcloud.com/cpay/use_device_setting?osi=sz01TESTSHP000000001&si=0123456789abcdef0123',
  'WIFI:T:WPA;S:tea\\;house;P:pass\\:word;H:true;;',
  '6901234567892',
  '\u001d0106901234567892',
];

const scanDoor: FuzzDoor = {
  name: 'scan',
  corpus: bytes(SCANS),
  bytesMax: 16 * 1024,
  feed(input, mutator) {
    const text = Buffer.from(input).toString(mutator.below(2) === 0 ? 'utf8' : 'latin1');
    const orderPrefix = mutator.oneOf([null, '01009999', '13', '']);
    const scan = recogniseScan(text, { orderPrefix, domains: DOMAINS });
    assert.ok(SCAN_KINDS.includes(scan.kind));
    // What would let a payment start is digits and nothing else; what is a configuration names one of our domains.
    if (scan.kind === 'customer-code') assert.match(scan.code.reveal(), /^\d{16,24}$/);
    if (scan.kind === 'configuration') assert.ok(DOMAINS.includes(scan.domain));
    if (scan.kind === 'customer-code') assert.not.ok(JSON.stringify(scan).includes(scan.code.reveal()));
  },
};

const INSTRUCTIONS = [
  '{"do":"key","key":"enter"}',
  '{"do":"scan","text":"130000000000000001"}',
  '{"do":"printer","state":"ok"}',
  '{"do":"wifi","networks":[{"ssid":"tea","passphrase":"12345678"},{"ssid":"open"}]}',
  '{"do":"dump"}\n{"do":"exit"}\n',
];

const headlessDoor: FuzzDoor = {
  name: 'headless',
  corpus: bytes(INSTRUCTIONS),
  feed(input, mutator) {
    const lines = new BoundedLines((line) => {
      if (line.is === 'refused') return assert.type(line.reason, 'string');
      const read = readInstruction(line.text);
      if ('refused' in read) assert.ok(read.refused.length > 0);
      else assert.ok(['key', 'scan', 'printer', 'wifi', 'dump', 'exit'].includes(read.do));
    });
    const cut = mutator.below(input.length + 1);
    lines.push(input.subarray(0, cut));
    lines.push(input.subarray(cut));
    lines.end();
  },
};

const ttyDoor: FuzzDoor = {
  name: 'tty',
  corpus: bytes([
    '20.05\r',
    '\x1b[A\x1b[B\x1b',
    ':130000000000000001\r',
    'rqmpt\x7f\b',
    '130000000000000001\n',
    '\x1bOP\x04',
  ]),
  bytesMax: 16 * 1024,
  feed(input, mutator) {
    const clock = new VirtualClock();
    const keys = new TtyKeys(clock, {
      press: (key) => assert.ok((KEYS as readonly string[]).includes(key)),
      scan: (text) => assert.ok(text.length <= 2 * SCAN_TEXT_MAX),
      edit: (text) => assert.ok(text === null || text.length <= 2 * SCAN_TEXT_MAX),
      look: () => undefined,
      stop: () => undefined,
    });
    const text = Buffer.from(input).toString('utf8');
    const cut = mutator.below(text.length + 1);
    keys.feed(text.slice(0, cut));
    clock.advance(mutator.below(60));
    keys.feed(text.slice(cut));
    clock.advance(1000);
    keys.close();
    assert.is(clock.pending, 0);
  },
};

const REQUESTS = [
  '{"key":"enter"}',
  '{"text":"130000000000000001"}',
  '{"state":"out-of-paper"}',
  '{"do":"add","ssid":"tea","passphrase":"12345678"}',
  '{"id":7}',
];

const pageDoor: FuzzDoor = {
  name: 'page',
  corpus: bytes(REQUESTS),
  bytesMax: 32 * 1024,
  feed(input) {
    let body: unknown;
    try {
      body = JSON.parse(Buffer.from(input).toString('utf8'));
    } catch {
      return;
    }
    for (const path of Object.keys(PAGE_REQUESTS) as (keyof typeof PAGE_REQUESTS)[]) {
      const read = readPageRequest(path, body);
      if ('refused' in read) assert.ok(read.refused.length > 0);
      else assert.is(Object.getPrototypeOf(read), Object.prototype);
    }
  },
};

const CONFIGURATION = JSON.stringify({
  sn: 'TILL_T1_000001',
  subTerminalType: 9001,
  gateway: { domains: DOMAINS, connectTimeoutMs: 3000, requestTimeoutMs: 10_000 },
  payment: { pollIntervalMs: 3000, windowMs: 120_000, maxAmountFen: 5_000_000 },
  reconcile: { intervalMs: 30_000, notFoundFinalAfterMs: 600_000 },
  dataDir: 'till-data',
  fleet: { url: 'mqtts://fleet.example' },
  locale: 'zh-CN',
  web: { host: '127.0.0.1', port: 8080 },
  log: { level: 'info' },
});

/** The configuration file, read as the terminal reads it. */
function configurationDoor(): FuzzDoor {
  const folder = mkdtempSync(join(tmpdir(), 'till-fuzz-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'till.json');
  return {
    name: 'configuration',
    corpus: bytes([CONFIGURATION]),
    feed(input, mutator) {
      writeFileSync(file, input);
      const text = Buffer.from(input).toString('utf8').replaceAll('\0', '').slice(0, 200);
      const environment = mutator.below(4) === 0 ? { TILL_PAYMENT_WINDOW_MS: text, TILL_GATEWAY_DOMAINS: text } : {};
      try {
        const { config } = loadConfig({ file, environment, workingDirectory: folder });
        assert.ok(config.gateway.domains.every((domain) => domain.startsWith('https://')));
        assert.ok(Number.isSafeInteger(config.payment.maxAmountFen));
      } catch (error) {
        if (!isFailure(error, 'configuration.invalid', 'configuration.missing')) throw error;
      }
    },
  };
}

/** The doors through which people and files speak. */
export const textDoors = (): FuzzDoor[] => [scanDoor, headlessDoor, ttyDoor, pageDoor, configurationDoor()];
