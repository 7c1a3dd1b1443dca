import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fleetIdOf } from '../../config/fleet-keys.ts';
import { loadConfig } from '../../config/load-config.ts';
import { isFailure } from '../../domain/failure.ts';

const test = suite('config/fleet-keys');

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n';

let folder = '';
test.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'till-fleet-keys-'));
  writeFileSync(join(folder, 'cert.pem'), CERTIFICATE);
  writeFileSync(join(folder, 'key.pem'), KEY);
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

const load = (environment: Readonly<Record<string, string>>) =>
  loadConfig({ file: null, environment: { TILL_SN: 'V_M_1', ...environment }, workingDirectory: folder });

function problems(environment: Readonly<Record<string, string>>): string {
  try {
    load(environment);
    return '';
  } catch (error) {
    if (!isFailure(error)) throw error;
    return error.message;
  }
}

test('a fleet with certificates: paths become absolute, the id is the serial number', () => {
  const { config, warnings } = load({
    TILL_FLEET_URL: 'mqtts://fleet.example:8883',
    TILL_FLEET_MORE_URLS: 'mqtts://b.example,mqtts://c.example',
    TILL_FLEET_CA_FILE: 'cert.pem',
    TILL_FLEET_CERT_FILE: 'cert.pem',
    TILL_FLEET_KEY_FILE: 'key.pem',
  });
  assert.is(config.fleet.caFile, join(folder, 'cert.pem'));
  assert.equal(config.fleet.moreUrls, ['mqtts://b.example', 'mqtts://c.example']);
  assert.is(fleetIdOf(config.fleet, config.sn), 'V_M_1');
  assert.equal(warnings, []);
});

test('every key that does not fit the others is named', () => {
  assert.match(problems({ TILL_SN: 'V.M.1', TILL_FLEET_URL: 'mqtt://localhost' }), /fleet\.tid: is required/);
  assert.is(problems({ TILL_SN: 'V.M.1', TILL_FLEET_URL: 'mqtt://localhost', TILL_FLEET_TID: 't-1' }), '');
  assert.match(problems({ TILL_FLEET_TID: 't.1' }), /fleet\.tid/);
  assert.match(problems({ TILL_FLEET_MORE_URLS: 'mqtt://b' }), /fleet\.moreUrls: .*no first one/);
  const tls = { TILL_FLEET_URL: 'mqtts://f', TILL_FLEET_CERT_FILE: 'cert.pem' };
  assert.match(problems(tls), /fleet\.certFile: belongs together with fleet\.keyFile/);
  const plain = { TILL_FLEET_URL: 'mqtt://f', TILL_FLEET_CA_FILE: 'cert.pem' };
  assert.match(problems(plain), /fleet\.url: must be mqtts/);
  const both = { ...tls, TILL_FLEET_KEY_FILE: 'cert.pem', TILL_FLEET_CA_FILE: 'nowhere.pem' };
  assert.match(problems(both), /fleet\.keyFile: .*holds no PEM private key/);
  assert.match(problems(both), /fleet\.caFile: .*cannot be read \(ENOENT\)/);
});

test('a broker elsewhere without TLS is warned about, one on this machine is not', () => {
  assert.equal(load({ TILL_FLEET_URL: 'mqtt://127.0.0.1:1883' }).warnings, []);
  assert.match(
    load({ TILL_FLEET_URL: 'mqtt://fleet.example' }).warnings.join(),
    /fleet\.example is reached without TLS/,
  );
});

test.run();
