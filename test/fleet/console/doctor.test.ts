import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { diagnose } from '../../../actors/doctor/diagnose.ts';
import { doctorIn } from '../../../fleet/console/words/doctor.ts';
import { GONE, SOUND, TROUBLES } from '../../support/doctor-samples.ts';

const test = suite('fleet/console/doctor');
const CHINESE = /\p{Script=Han}/u;
const { check, found, remedy } = doctorIn('zh');
/** What a domain, a driver, a file or the system said itself. */
const OTHERS = ['it cannot be read', 'TILL_X', '000001.seg', 'no route', 'mqtts://fleet:8883: refused'];

const unknown = { configuration: GONE, domains: null, fleet: null, devices: null, running: GONE };
const reports = [['a sound terminal', {}], ['one that cannot be looked at', unknown], ...TROUBLES] as const;

for (const [name, facts] of reports) {
  test(`a Chinese supporter reads what was found of ${name}, and what to do`, () => {
    for (const finding of diagnose({ ...SOUND, ...facts }).findings) {
      assert.match(check(finding.check), CHINESE);
      if (!OTHERS.includes(finding.what) && !finding.what.startsWith('/dev/usb/lp0: '))
        assert.match(found(finding.what), CHINESE, finding.what);
      const words = finding.remedy ?? '做';
      if (!words.startsWith('chmod 700 ')) assert.match(remedy(words), CHINESE, words);
    }
  });
}

test('figures and names are kept, English stays English, and what nobody knows stays as it is', () => {
  assert.is(found('40 s behind the gateway'), '比网关慢 40 秒');
  assert.is(
    found('process 7 answers; 3 orders or refunds are unresolved and being asked for'),
    '进程 7 应答正常；3 笔付款或退款未决，正在查询',
  );
  assert.is(check('domain:pay.qcloud.com'), '域名 pay.qcloud.com');
  assert.is(found('of a later release'), 'of a later release');
  assert.is(doctorIn('en').found('40 MiB available'), '40 MiB available');
});

test.run();
