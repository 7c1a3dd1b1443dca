import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assertTlsVerificationOn, certificatesOf } from '../../cloudpay/tls-settings.ts';

const test = suite('cloudpay/tls-settings');

test('a CA file that is no certificate is refused at the start', () => {
  for (const pem of ['', 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']) {
    assert.throws(() => certificatesOf(pem), /gateway\.caFile is not a PEM certificate/);
  }
});

test('the switch that turns certificate checks off stops the start', () => {
  assertTlsVerificationOn({});
  assertTlsVerificationOn({ NODE_TLS_REJECT_UNAUTHORIZED: '1' });
  for (const value of ['0', '', 'false']) {
    assert.throws(() => assertTlsVerificationOn({ NODE_TLS_REJECT_UNAUTHORIZED: value }), /unset it/);
  }
});

test.run();
