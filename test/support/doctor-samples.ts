import type { DoctorFacts } from '../../actors/doctor/doctor-facts.ts';

/** The instant of the samples, epoch ms. */
export const NOW = Date.UTC(2026, 5, 1);
const MEGABYTE = 1024 * 1024;
const folder = { path: '/data', mode: 0o700, writable: true, freeBytes: 500 * MEGABYTE, totalBytes: 1000 * MEGABYTE };
const alive = (gatewayTimeMs: number | null) => ({ kind: 'alive', latencyMs: 12, gatewayTimeMs }) as const;
const dead = { kind: 'dead', reason: 'no route', latencyMs: 3 } as const;
const fleet = { url: 'mqtts://fleet:8883', why: null, certificateUntilMs: NOW + 400 * 86_400_000 };

/** A terminal that has nothing. */
export const SOUND: DoctorFacts = {
  atMs: NOW,
  version: '1.2.3',
  releasedMs: Date.UTC(2026, 0, 1),
  configuration: { ok: true, value: { warnings: [], takesPayments: true } },
  folder: { ok: true, value: folder },
  running: { ok: true, value: { is: 'running', pid: 7, why: null, open: 0 } },
  journal: { ok: true, value: { lastSeq: 90, segments: 1, damage: [] } },
  key: { ok: true, value: { mode: 0o600 } },
  domains: [
    { domain: 'https://pay.qcloud.com', answer: alive(NOW) },
    { domain: 'https://sz.pay.qcloud.com', answer: alive(null) },
  ],
  fleet,
  devices: [{ part: 'printer', at: '/dev/usb/lp0', why: null }],
  freeMemoryBytes: 40 * MEGABYTE,
};

/** What could not be looked at. */
export const GONE = { ok: false, why: 'it cannot be read' } as const;

/** What is wrong, which check says so, how bad it is. */
export const TROUBLES: readonly (readonly [string, Partial<DoctorFacts>, string, string])[] = [
  ['a configuration with a mistake', { configuration: GONE }, 'configuration', 'failing'],
  [
    'no sub terminal type',
    { configuration: { ok: true, value: { warnings: [], takesPayments: false } } },
    'configuration',
    'warning',
  ],
  [
    'an unknown variable',
    { configuration: { ok: true, value: { warnings: ['TILL_X'], takesPayments: true } } },
    'configuration',
    'warning',
  ],
  ['no data folder', { folder: GONE }, 'data-folder', 'failing'],
  [
    'a folder that is open to all',
    { folder: { ok: true, value: { ...folder, mode: 0o755 } } },
    'data-folder',
    'warning',
  ],
  [
    'a folder that cannot be written',
    { folder: { ok: true, value: { ...folder, writable: false } } },
    'data-folder',
    'warning',
  ],
  ['little room', { folder: { ok: true, value: { ...folder, freeBytes: 20 * MEGABYTE } } }, 'disk-room', 'warning'],
  ['no room', { folder: { ok: true, value: { ...folder, freeBytes: 4095 } } }, 'disk-room', 'failing'],
  ['no terminal', { running: { ok: true, value: { is: 'stopped' } } }, 'terminal', 'warning'],
  [
    'a terminal that hangs',
    { running: { ok: true, value: { is: 'running', pid: 7, why: 'silent', open: 0 } } },
    'terminal',
    'failing',
  ],
  ['a journal that cannot be read', { journal: GONE }, 'journal', 'failing'],
  [
    'a broken record',
    { journal: { ok: true, value: { lastSeq: 9, segments: 1, damage: ['000001.seg'] } } },
    'journal',
    'failing',
  ],
  ['a damaged key', { key: GONE }, 'key', 'failing'],
  ['a key that everybody can read', { key: { ok: true, value: { mode: 0o644 } } }, 'key', 'failing'],
  ['no key yet', { key: { ok: true, value: null } }, 'key', 'warning'],
  ['a clock that lost its time', { atMs: 0 }, 'clock', 'failing'],
  [
    'a clock that is a minute off',
    { domains: [{ domain: 'https://a.test', answer: alive(NOW - 60_000) }] },
    'clock',
    'warning',
  ],
  [
    'one domain away',
    {
      domains: [
        { domain: 'https://a.test', answer: dead },
        { domain: 'https://b.test', answer: alive(NOW) },
      ],
    },
    'domain:a.test',
    'warning',
  ],
  ['all domains away', { domains: [{ domain: 'https://a.test', answer: dead }] }, 'domain:a.test', 'failing'],
  ['a fleet that is not reached', { fleet: { ...fleet, why: 'refused' } }, 'fleet', 'warning'],
  [
    'a certificate that ends soon',
    { fleet: { ...fleet, certificateUntilMs: NOW + 86_400_000 } },
    'fleet-certificate',
    'warning',
  ],
  [
    'a certificate that has ended',
    { fleet: { ...fleet, certificateUntilMs: NOW - 1 } },
    'fleet-certificate',
    'failing',
  ],
  [
    'a printer that is unplugged',
    { devices: [{ part: 'printer', at: '/dev/usb/lp0', why: 'nothing is there' }] },
    'device:printer',
    'warning',
  ],
  ['little memory', { freeMemoryBytes: MEGABYTE }, 'memory', 'warning'],
];
