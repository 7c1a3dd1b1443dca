import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TransportAnswer } from '../../cloudpay/transport.ts';
import { Secret } from '../../domain/secret.ts';
import { answerOf, call, CONFIGURATION, startCloudPay } from './scripted-transport.ts';
import { VECTOR_KEY } from './vectors.ts';

const test = suite('cloudpay/use-device-setting');

const FIELDS = {
  out_mch_id: 'sz01TESTMCH000000001',
  out_sub_mch_id: 'sz01TESTSUB000000001',
  cloud_cashier_id: '01009999',
  authen_type: 1,
  authen_key: VECTOR_KEY,
  out_shop_id: 'sz01TESTSHP000000001',
  shop_name: '小店',
  device_id: 'dev-001',
  device_name: 'till',
  staff_id: '1001',
  staff_name: 'Lin',
};
const HEAD = { status: 0, description: 'ok', log_id: 83, internal_status: 0 };
const nested = (fields: object, head: object = HEAD) =>
  answerOf(JSON.stringify({ ...head, use_device_setting: fields }));
const fetch = (answer: TransportAnswer) => {
  const { gateway, requests } = startCloudPay(answer);
  const ticket = { osi: 'o&1', si: new Secret('secret ticket') };
  return { answer: gateway.fetchConfiguration(ticket, 'ACME_T1_0001', call()), requests };
};

test('the ticket is fetched by GET with the serial number, without a body', async () => {
  const { answer, requests } = fetch(nested(FIELDS));
  await answer;
  const [request] = requests;
  assert.is(request?.method, 'GET');
  assert.is(request?.body, null);
  assert.is(request?.path, '/cpay/use_device_setting?osi=o%261&si=secret+ticket&sn=ACME_T1_0001');
});

for (const [shape, answer] of [
  ['nested', nested(FIELDS)],
  ['flat', answerOf(JSON.stringify({ ...FIELDS, status: '0', description: 'ok' }))],
] as const) {
  test(`a ${shape} answer configures the terminal`, async () => {
    const told = await fetch(answer).answer;
    assert.is(told.kind, 'configured');
    if (told.kind !== 'configured') return;
    const { authenKey, id, ...visible } = told.configuration;
    assert.is(authenKey.reveal(), VECTOR_KEY);
    assert.match(id, /^[0-9a-f]{16}$/);
    const { authenKey: _key, id: _id, ...expected } = CONFIGURATION;
    assert.equal(visible, { ...expected, shopName: '小店' });
  });
}

test('the id is the same for the same configuration and another for another key', async () => {
  const id = async (fields: object) => {
    const told = await fetch(nested(fields)).answer;
    return told.kind === 'configured' ? told.configuration.id : told.kind;
  };
  assert.is(await id(FIELDS), await id({ ...FIELDS, authen_type: '1' }));
  assert.is.not(await id(FIELDS), await id({ ...FIELDS, authen_key: VECTOR_KEY.replace('F', 'E') }));
  assert.is.not(await id(FIELDS), await id({ ...FIELDS, device_id: 'dev-002' }));
});

test('a clerk is optional', async () => {
  const { staff_id: _id, staff_name: _name, ...rest } = FIELDS;
  for (const fields of [rest, { ...rest, staff_id: '', staff_name: '' }, { ...rest, staff_id: null }]) {
    const told = await fetch(nested(fields)).answer;
    assert.is(told.kind === 'configured' && told.configuration.staffId, null);
  }
});

test('a prefix of any documented length is taken', async () => {
  for (const prefix of ['01000052', 'sz0100lmnx', '010110893']) {
    const told = await fetch(nested({ ...FIELDS, cloud_cashier_id: prefix })).answer;
    assert.is(told.kind === 'configured' && told.configuration.orderPrefix, prefix);
  }
});

const WRONG: readonly (readonly [string, unknown, RegExp])[] = [
  ['authen_key', VECTOR_KEY.slice(1), /authen_key must be exactly 32 characters/],
  ['authen_key', `${VECTOR_KEY}0`, /authen_key must be exactly 32 characters/],
  ['authen_key', '支'.repeat(32), /authen_key must be/],
  ['authen_key', 7, /authen_key is missing or of the wrong type/],
  ['authen_type', 2, /authen_type must be 1/],
  ['cloud_cashier_id', '', /cloud_cashier_id must be/],
  ['cloud_cashier_id', '1'.repeat(15), /cloud_cashier_id must be/],
  ['cloud_cashier_id', '0100-999', /cloud_cashier_id must be/],
  ['out_mch_id', 'x'.repeat(33), /out_mch_id must be/],
  ['out_sub_mch_id', undefined, /out_sub_mch_id is missing/],
  ['out_shop_id', ' ', /out_shop_id must be/],
  ['shop_name', '店'.repeat(43), /shop_name must be at most 128 bytes/],
  ['shop_name', 'a\u001b@', /shop_name must not hold control characters/],
  ['device_id', 'x'.repeat(65), /device_id must be at most 64 bytes/],
  ['device_id', '', /device_id must not be empty/],
  ['staff_id', 'x'.repeat(65), /staff_id must be at most 64 bytes/],
  ['staff_name', {}, /staff_name is missing or of the wrong type/],
];

for (const [field, value, reason] of WRONG) {
  test(`${field} ${JSON.stringify(value)} is not taken, and its value not told`, async () => {
    const told = await fetch(nested({ ...FIELDS, [field]: value })).answer;
    assert.is(told.kind, 'unknown');
    if (told.kind !== 'unknown') return;
    assert.match(told.reason, reason);
    assert.not.ok(JSON.stringify(told).includes(VECTOR_KEY.slice(1)));
  });
}

const REFUSALS: readonly (readonly [object, string])[] = [
  [{ status: 104, internal_status: 3214, description: '该设备已被绑定' }, 'bound-elsewhere'],
  [{ status: 3214, Internal_status: '3214' }, 'bound-elsewhere'],
  [{ status: 104, internal_status: 1 }, 'expired'],
  [{ status: '104', description: '二维码已过期' }, 'expired'],
  [{ status: 104, description: 'no such shop' }, 'rejected'],
  [{ status: 101 }, 'rejected'],
  [{ status: 102 }, 'rejected'],
];

for (const [head, reason] of REFUSALS) {
  test(`${JSON.stringify(head)} is refused as ${reason}, even with a configuration beside it`, async () => {
    const told = await fetch(nested(FIELDS, head)).answer;
    assert.is(told.kind === 'refused' && told.reason, reason);
  });
}

test('everything else proves nothing', async () => {
  for (const answer of [
    nested(FIELDS, { status: 3 }),
    nested(FIELDS, { status: 999 }),
    nested(FIELDS, {}),
    answerOf(JSON.stringify(FIELDS)),
    answerOf('<html>'),
    answerOf('[]'),
    answerOf('null'),
    answerOf(JSON.stringify({ ...HEAD, use_device_setting: null })),
    answerOf(JSON.stringify({ ...HEAD, use_device_setting: FIELDS }), 404),
    { kind: 'lost', reason: 'other side closed', connectMs: 1, requestMs: 1 } as const,
  ]) {
    assert.is((await fetch(answer).answer).kind, 'unknown');
  }
  const busy = await fetch(nested({}, { status: 103 })).answer;
  assert.is(busy.kind === 'unknown' && busy.waitMs, 3000);
});

test('the ticket stays out of what is told', async () => {
  const told = await fetch(nested({}, { status: 104, description: 'no secret ticket here' })).answer;
  assert.not.ok(JSON.stringify(told).includes('secret ticket'));
});

test.run();
