import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readWifiQr } from '../../domain/wifi-qr.ts';

const wifi = suite('domain/wifi-qr');

/** The readings as [ssid, security, passphrase, hidden], or the reason of the refusal. */
function readings(text: string): unknown {
  const scan = readWifiQr(text);
  if (scan === null) return null;
  return scan.kind === 'wifi-refused'
    ? scan.reason
    : scan.readings.map((network) => [
        network.ssid,
        network.security,
        network.passphrase?.reveal() ?? null,
        network.hidden,
      ]);
}

wifi('the usual QR, in any order of fields, with unknown fields ignored', () => {
  const shop = [['shop', 'wpa', 'secret-one', false]];
  assert.equal(readings('WIFI:T:WPA;S:shop;P:secret-one;;'), shop);
  assert.equal(readings('wifi:P:secret-one;S:shop;H:false;T:WPA2;Z:9;K:abc;;'), shop);
  assert.equal(readings('WIFI:S:shop;P:secret-one;T:WPA/WPA2'), shop);
  assert.equal(readings('WIFI:S:shop;P:secret-one;T:WPA2-PSK;H:true;;'), [['shop', 'wpa', 'secret-one', true]]);
});

wifi('only the name is required: no type means an open network', () => {
  assert.equal(readings('WIFI:S:guest;;'), [['guest', 'open', null, false]]);
  assert.equal(readings('WIFI:T:nopass;S:guest;P:ignored;;'), [['guest', 'open', null, false]]);
});

wifi('WPA3 by its names, and a network that has switched WPA2 off', () => {
  for (const type of ['T:SAE', 'T:WPA3', 'T:WPA;R:1', 'T:WPA2;R:1']) {
    assert.equal(readings(`WIFI:${type};S:s;P:secret-one;;`), [['s', 'sae', 'secret-one', false]], type);
  }
});

wifi('backslash escapes and protecting quotes are undone', () => {
  assert.equal(readings(String.raw`WIFI:T:WPA;S:a\;b\:c;P:p\\q\,r\"12;;`), [['a;b:c', 'wpa', 'p\\q,r"12', false]]);
  assert.equal(readings('WIFI:T:WPA;S:"abcd";P:"1234567890";;'), [['abcd', 'wpa', '1234567890', false]]);
  assert.equal(readings(String.raw`WIFI:T:WPA;S:\"abcd\";P:12345678;;`), [['"abcd"', 'wpa', '12345678', false]]);
  assert.equal(readings('WIFI:T:WPA;S:a:b;P:12345678;;'), [['a:b', 'wpa', '12345678', false]]);
});

wifi('an ambiguous percent sign gives two readings, backslash first', () => {
  assert.equal(readings('WIFI:T:WPA;S:shop;P:100%25sure;;'), [
    ['shop', 'wpa', '100%25sure', false],
    ['shop', 'wpa', '100%sure', false],
  ]);
  assert.equal(readings('WIFI:T:WPA;S:shop;P:100%sure;;'), [['shop', 'wpa', '100%sure', false]]);
});

wifi('a percent-encoded name that is too long as it stands has only the percent reading', () => {
  const name = '楼下奶茶店二号';
  assert.equal(readings(`WIFI:T:SAE;S:${encodeURIComponent(name)};P:12345678;;`), [[name, 'sae', '12345678', false]]);
});

wifi('lengths are judged in bytes and reasons name what is wrong', () => {
  assert.equal(readings(`WIFI:S:${'店'.repeat(10)};;`), [['店'.repeat(10), 'open', null, false]]);
  assert.match(readings(`WIFI:S:${'店'.repeat(11)};;`) as string, /33 bytes/);
  assert.match(readings('WIFI:T:WPA;S:s;P:1234567;;') as string, /7 bytes/);
  assert.match(readings(`WIFI:T:WPA;S:s;P:${'x'.repeat(64)};;`) as string, /64 bytes/);
  assert.equal(readings(`WIFI:T:WPA;S:s;P:${'aB'.repeat(32)};;`), [['s', 'wpa', 'aB'.repeat(32), false]]);
  assert.match(readings('WIFI:T:WPA;P:12345678;;') as string, /name/);
  assert.match(readings('WIFI:T:foo;S:s;;') as string, /type/);
  assert.match(readings('WIFI:T:WEP;S:s;P:1234;;') as string, /WEP/);
  assert.equal(readings('WIFI:T:WEP;S:s;P:12345;;'), [['s', 'wep', '12345', false]]);
  assert.match(readings('WIFI:T:WPA;S:s;P:1234\n5678;;') as string, /control/);
});

wifi('enterprise networks are refused with the reason', () => {
  assert.match(readings('WIFI:T:WPA2-EAP;S:corp;E:PEAP;PH2:MS-CHAPv2;I:me;P:secret-one;;') as string, /enterprise/);
  assert.match(readings('WIFI:T:WPA;S:corp;E:PEAP;P:secret-one;;') as string, /enterprise/);
});

wifi('other texts are no WiFi QR', () => {
  for (const text of ['', 'WIFI', 'DPP:K:abc;;', 'http://wifi:S:x']) assert.is(readWifiQr(text), null);
});

wifi('any name and passphrase survives the escaping of a generator', () => {
  const escape = (text: string): string => text.replace(/[\\;,:"]/g, '\\$&');
  const text = (min: number, max: number): fc.Arbitrary<string> =>
    fc.string({ minLength: min, maxLength: max, unit: fc.constantFrom(...'abc;:,\\" %店') });
  fc.assert(
    fc.property(text(1, 10), text(8, 20), (ssid, passphrase) => {
      const scan = readWifiQr(`WIFI:S:${escape(ssid)};T:WPA;P:${escape(passphrase)};;`);
      assert.is(scan?.kind, 'wifi');
      if (scan?.kind !== 'wifi') return;
      assert.is(scan.readings[0]?.ssid, ssid);
      assert.is(scan.readings[0]?.passphrase?.reveal(), passphrase);
    }),
  );
});

wifi.run();
