import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { diagnose } from '../../../actors/doctor/diagnose.ts';
import { doctorReportSchema } from '../../../fleet/contract/support-bundle.ts';
import { GONE, SOUND, TROUBLES } from '../../support/doctor-samples.ts';

const doctor = suite('actors/doctor/diagnose');

doctor('a sound terminal has nothing but ok, and needs nothing', () => {
  const report = diagnose(SOUND);
  assert.equal(
    report.findings.filter(({ state, remedy }) => state !== 'ok' || remedy !== null),
    [],
  );
  assert.ok(report.ok);
  v.parse(doctorReportSchema, report);
});

for (const [trouble, facts, check, state] of TROUBLES) {
  doctor(`${trouble} is ${state} of ${check}, with what to do about it`, () => {
    const report = diagnose({ ...SOUND, ...facts });
    const finding = report.findings.find((one) => one.check === check);
    assert.is(finding?.state, state);
    assert.ok((finding?.remedy ?? '').length > 10, 'it says what to do');
    assert.is(report.ok, state !== 'failing');
    v.parse(doctorReportSchema, report);
  });
}

doctor('what cannot be looked at is unknown, and hides nothing else', () => {
  const report = diagnose({ ...SOUND, configuration: GONE, domains: null, fleet: null, devices: null, running: GONE });
  const unknown = report.findings.filter(({ state }) => state === 'unknown').map(({ check }) => check);
  assert.equal(unknown, ['terminal', 'clock', 'domains']);
  assert.is(report.findings.find(({ check }) => check === 'key')?.state, 'ok');
});

doctor('words of others are cut to what a report may hold', () => {
  const report = diagnose({ ...SOUND, journal: { ok: false, why: `\0${'x'.repeat(5000)}` } });
  v.parse(doctorReportSchema, report);
});

doctor.run();
