import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfigurationQr } from '../../domain/configuration-qr.ts';

const qr = suite('domain/configuration-qr');
const DOMAINS = ['https://pay.qcloud.com', 'https://127.0.0.1:8443'];
const read = (text: string): ReturnType<typeof readConfigurationQr> => readConfigurationQr(text, DOMAINS);
const PATH = '/cpay/use_device_setting';

qr('a configuration QR of one of the domains gives the ticket, its secret half wrapped', () => {
  const scan = read(`https://pay.qcloud.com${PATH}?osi=abc+1&si=s%2Fx`);
  assert.is(scan?.kind, 'configuration');
  if (scan?.kind !== 'configuration') return;
  assert.is(scan.domain, 'https://pay.qcloud.com');
  assert.is(scan.ticket.osi, 'abc+1');
  assert.is(scan.ticket.si.reveal(), 's/x');
  assert.not.match(JSON.stringify(scan), /s\/x/);
});

qr('scheme, host and port must all be a domain’s', () => {
  for (const origin of [
    'http://pay.qcloud.com',
    'https://pay.qcloud.com:444',
    'https://pay.qcloud.com.evil.cn',
    'https://evil.cn',
    'https://127.0.0.1',
    'https://pay.qcloud.com@evil.cn',
    'https://user@pay.qcloud.com',
  ]) {
    assert.equal(
      read(`${origin}${PATH}?osi=a&si=b`),
      { kind: 'configuration-refused', reason: 'foreign-host' },
      origin,
    );
  }
  for (const origin of ['https://127.0.0.1:8443', 'HTTPS://PAY.QCLOUD.COM', 'https://pay.qcloud.com:443']) {
    assert.is(read(`${origin}${PATH}?osi=a&si=b`)?.kind, 'configuration', origin);
  }
});

qr('a ticket that is incomplete, doubled, too long or not printable is malformed', () => {
  for (const query of [
    '',
    '?osi=a',
    '?osi=a&si=',
    '?osi=a&si=b&si=c',
    `?osi=a&si=${'b'.repeat(65)}`,
    '?osi=a&si=%0a',
    '?osi=a&si=%',
    '?osi=%20&si=b',
  ]) {
    assert.equal(
      read(`https://pay.qcloud.com${PATH}${query}`),
      { kind: 'configuration-refused', reason: 'malformed' },
      query,
    );
  }
  assert.is(read(`https://pay.qcloud.com${PATH}?osi=a&si=${'b'.repeat(64)}&later=1`)?.kind, 'configuration');
});

qr('other paths and texts are not configuration QRs', () => {
  for (const text of [
    'https://pay.qcloud.com/',
    `https://pay.qcloud.com${PATH}/x?osi=a&si=b`,
    'https://',
    'ftp://pay.qcloud.com',
    'x',
  ]) {
    assert.is(read(text), null);
  }
});

qr.run();
