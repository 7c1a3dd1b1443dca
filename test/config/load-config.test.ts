import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { configReference } from '../../config/config-reference.ts';
import { loadConfig, type LoadedConfig } from '../../config/load-config.ts';
import { isFailure } from '../../domain/failure.ts';

const config = suite('config/load-config');
const folder = mkdtempSync(join(tmpdir(), 'till-config-'));
const file = join(folder, 'till.json');
config.after(() => rmSync(folder, { recursive: true, force: true }));

function load(content: unknown, environment: Record<string, string> = {}, dataDir?: string): LoadedConfig {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadConfig({
    file,
    environment,
    dataDir: dataDir ?? null,
    workingDirectory: '/srv/till',
    otherVariables: ['TILL_SCRATCH'],
  });
}

function problems(content: unknown, environment: Record<string, string> = {}): string[] {
  try {
    load(content, environment);
  } catch (error) {
    assert.ok(isFailure(error, 'configuration.invalid'), String(error));
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

const SN = { sn: 'ACME_T1_0001' };

config('the serial number alone gives the documented defaults', () => {
  const { config: loaded, warnings } = load(SN);
  assert.equal(warnings, []);
  assert.equal(loaded, {
    sn: 'ACME_T1_0001',
    subTerminalType: null,
    gateway: {
      domains: [
        'https://pay.qcloud.com',
        'https://sz.pay.qcloud.com',
        'https://sh.pay.qcloud.com',
        'https://tj.pay.qcloud.com',
      ],
      caFile: null,
      connectTimeoutMs: 3000,
      requestTimeoutMs: 10000,
    },
    payment: { pollIntervalMs: 3000, windowMs: 120000, maxAmountFen: 5000000 },
    reconcile: { intervalMs: 30000, notFoundFinalAfterMs: 600000 },
    dataDir: '/srv/till/till-data',
    fleet: {
      url: null,
      moreUrls: [],
      tid: null,
      caFile: null,
      certFile: null,
      keyFile: null,
      commandKeyFile: null,
      telemetryMs: 300_000,
      keepaliveMs: 120_000,
      downlinkQos: 1,
    },
    locale: 'zh-CN',
    voice: { clips: null },
    printer: { model: '58mm', copies: 'customer' },
    web: { host: '127.0.0.1', port: 8080 },
    devices: {
      screen: '/dev/fb0',
      screenType: 'framebuffer',
      lcdSize: '16x2',
      keypad: '/dev/till/keypad',
      inputProgram: 'cat',
      keys: [],
      scanner: '/dev/till/scanner',
      scannerType: 'keyboard',
      scannerLayout: 'us',
      scannerBaud: 9600,
      printer: '/dev/usb/lp0',
      speaker: 'default',
      wifi: 'none',
      wifiInterface: 'wlan0',
      watchdog: null,
    },
    upgrade: {
      folder: null,
      installer: 'slots',
      rebootProgram: '/sbin/reboot',
      url: null,
      caFile: null,
      media: null,
      rootFile: null,
      hardware: null,
      check: 'alone',
      checkMs: 21_600_000,
      bytesPerSecond: null,
      window: null,
      soakMs: 60_000,
      laterMs: 3_600_000,
      laterTimes: 3,
    },
    journal: { keepMegabytes: 64, segmentKilobytes: 1024 },
    monitor: { intervalMs: 300_000 },
    log: { level: 'info' },
  });
});

config('every wrong and every unknown key is named at once', () => {
  const found = problems({
    sn: 'no serial',
    subTerminalType: 1.5,
    gateway: {
      domains: ['https://a.example', 'http://b.example', 'https://c.example/cpay'],
      caFile: 'none.pem',
      requestTimeoutMs: '5',
    },
    payment: { windowMs: 1, pollIntervall: 5, maxAmountFen: 1e12 },
    reconcile: 7,
    dataDir: '',
    fleet: { url: 'https://broker.example' },
    locale: 'de',
    lgo: {},
    web: { port: 65536 },
  });
  const named = [
    'sn: must have 1 to 64 letters',
    'subTerminalType: must be a whole number',
    'gateway.domains[1]: must be https',
    'gateway.domains[2]: must be https',
    'gateway.caFile: /srv/till/none.pem cannot be read (ENOENT)',
    'gateway.requestTimeoutMs: must be a number',
    'payment.windowMs: must be at least 100',
    'payment.pollIntervall: unknown key (did you mean payment.pollIntervalMs?)',
    'payment.maxAmountFen: must be at most',
    'reconcile: must be an object',
    'dataDir: must be a path',
    'fleet.url: must be mqtt',
    'locale: must be zh-CN or en',
    'lgo: unknown key (did you mean log?)',
    'web.port: must be at most 65535',
  ];
  for (const line of named)
    assert.ok(
      found.some((problem) => problem.startsWith(line)),
      `${line}\n in \n${found.join('\n')}`,
    );
  assert.is(found.length, named.length, found.join('\n'));
});

config('a missing serial number is said in words', () => {
  assert.equal(problems({}), ['sn: is required: VENDOR_MODEL_serial']);
});

config('a key at the wrong place is pointed to its own', () => {
  assert.equal(problems({ ...SN, windowMs: 5000 }), ['windowMs: unknown key (did you mean payment.windowMs?)']);
});

config('a file that is no JSON object, too long or absent is a clear failure', () => {
  const invalid = (words: string) => (error: unknown) =>
    isFailure(error, 'configuration.invalid') && error.message.includes(words);
  assert.throws(() => load('{"sn":'), invalid('is not JSON'));
  assert.throws(() => load('[1]'), invalid('one JSON object'));
  assert.throws(() => load(`{"sn":"${'x'.repeat(300_000)}"}`), invalid('longer than'));
  assert.throws(() => loadConfig({ file: join(folder, 'none.json'), environment: {} }), invalid('ENOENT'));
});

config('domains are told apart by their origin, one to eight of them', () => {
  const domains = ['https://127.0.0.2:8443/', 'https://PAY.example'];
  assert.equal(load({ ...SN, gateway: { domains } }).config.gateway.domains, [
    'https://127.0.0.2:8443',
    'https://pay.example',
  ]);
  assert.match(
    problems({ ...SN, gateway: { domains: ['https://a.example', 'https://a.example:443'] } })[0] ?? '',
    /twice/,
  );
  assert.match(problems({ ...SN, gateway: { domains: [] } })[0] ?? '', /at least one/);
  const nine = Array.from({ length: 9 }, (_, index) => `https://d${index}.example`);
  assert.match(problems({ ...SN, gateway: { domains: nine } })[0] ?? '', /at most 8/);
  for (const bad of [
    'https://u:p@a.example',
    'https://a.example?x=1',
    'https://a.example/#',
    'ftp://a.example',
    'a.example',
  ]) {
    assert.match(
      problems({ ...SN, gateway: { domains: [bad] } })[0] ?? '',
      /gateway\.domains\[0\]: must be https/,
      bad,
    );
  }
});

config('every key can be overridden by its variable', () => {
  const { config: loaded, warnings } = load(
    { ...SN, fleet: { url: 'mqtt://old.example' }, payment: { windowMs: 9000 } },
    {
      TILL_SN: 'ACME_T1_0002',
      TILL_SUB_TERMINAL_TYPE: '17',
      TILL_GATEWAY_DOMAINS: 'https://a.example, https://b.example',
      TILL_GATEWAY_CONNECT_TIMEOUT_MS: '100',
      TILL_GATEWAY_REQUEST_TIMEOUT_MS: '200',
      TILL_PAYMENT_POLL_INTERVAL_MS: '50',
      TILL_PAYMENT_WINDOW_MS: '3000',
      TILL_PAYMENT_MAX_AMOUNT_FEN: '100',
      TILL_RECONCILE_INTERVAL_MS: '500',
      TILL_RECONCILE_NOT_FOUND_FINAL_AFTER_MS: '2000',
      TILL_DATA_DIR: 'elsewhere',
      TILL_FLEET_URL: '',
      TILL_LOCALE: 'en',
      TILL_WEB_HOST: '0.0.0.0',
      TILL_WEB_PORT: '0',
      TILL_LOG_LEVEL: 'debug',
      TILL_SCRATCH: '1',
      PATH: '/bin',
    },
  );
  assert.equal(warnings, []);
  assert.equal(loaded.gateway.domains, ['https://a.example', 'https://b.example']);
  assert.is(loaded.subTerminalType, 17);
  assert.is(loaded.payment.windowMs, 3000);
  assert.is(loaded.fleet.url, null, 'an empty variable unsets an optional key');
  assert.is(loaded.dataDir, '/srv/till/elsewhere');
  assert.equal([loaded.sn, loaded.locale, loaded.web.port, loaded.log.level], ['ACME_T1_0002', 'en', 0, 'debug']);
});

config('a wrong variable is named together with its key', () => {
  assert.equal(problems(SN, { TILL_PAYMENT_WINDOW_MS: '2 minutes' }), [
    'payment.windowMs (from TILL_PAYMENT_WINDOW_MS): must be a number, found "2 minutes"',
  ]);
});

config('a variable that maps to no key gets a warning and changes nothing', () => {
  const { warnings } = load(SN, { TILL_PAYMENT_WINDOW: '1', TILL_COLOUR: 'blue' });
  assert.is(warnings.length, 2);
  assert.match(warnings[0] ?? '', /TILL_PAYMENT_WINDOW .*did you mean TILL_PAYMENT_WINDOW_MS/);
  assert.match(warnings[1] ?? '', /TILL_COLOUR/);
});

config('the data folder of the command line wins over file and environment', () => {
  assert.is(load({ ...SN, dataDir: '/a' }, { TILL_DATA_DIR: '/b' }, '/c').config.dataDir, '/c');
  assert.is(load({ ...SN, dataDir: '/a' }, { TILL_DATA_DIR: '/b' }).config.dataDir, '/b');
});

config('a folder of recordings starts at the working directory, and an empty variable unsets it', () => {
  assert.is(load({ ...SN, voice: { clips: 'clips/shop' } }).config.voice.clips, '/srv/till/clips/shop');
  assert.is(load(SN, { TILL_VOICE_CLIPS: '/mnt/clips' }).config.voice.clips, '/mnt/clips');
  assert.is(load({ ...SN, voice: { clips: 'clips' } }, { TILL_VOICE_CLIPS: '' }).config.voice.clips, null);
});

config('keys that only look like ours poison nothing', () => {
  assert.equal(problems('{"sn":"ACME_T1_0001","__proto__":{"sn":"x"}}').length, 1);
  assert.equal(problems('{"sn":"ACME_T1_0001","constructor":1}').length, 1);
});

config('the parts of a box are named by path, and every one that cannot be is said at once', () => {
  const devices = { printer: 'tcp://192.168.1.50:9100', keys: ['183=refund'], scannerType: 'serial', wifi: 'nmcli' };
  assert.is(load({ ...SN, devices }).config.devices.printer, 'tcp://192.168.1.50:9100');
  assert.is(load({ ...SN, devices }, { TILL_DEVICES_PRINTER: '' }).config.devices.printer, null);
  assert.equal(load(SN, { TILL_DEVICES_KEYS: '183=refund, 2=query' }).config.devices.keys, ['183=refund', '2=query']);
  const wrong = { screen: 'fb0', printer: 'lp0', keys: ['refund'], scannerType: 'usb', speaker: '$(id)', wifi: 'iwd' };
  const found = problems(JSON.stringify({ ...SN, devices: wrong }));
  assert.equal(
    found.map((problem) => problem.split(':')[0]),
    ['devices.screen', 'devices.keys[0]', 'devices.scannerType', 'devices.printer', 'devices.speaker', 'devices.wifi'],
  );
});

config('the reference documents every key with its variable', () => {
  const reference = configReference();
  assert.ok(reference.includes('| `payment.windowMs` | number | `120000` | 100–600000 | `TILL_PAYMENT_WINDOW_MS` |'));
  assert.ok(reference.includes('| `locale` | string | `zh-CN` | zh-CN, en | `TILL_LOCALE` |'));
  assert.ok(reference.includes('| `sn` | string | **required** |'));
  for (const row of reference.trim().split('\n').slice(2)) assert.match(row, /\| .{10,} \|$/);
});

config.run();
