import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { classify, type AnswerHead, type Operation } from '../../cloudpay/classify.ts';

const test = suite('cloudpay/classify');

const OPERATIONS: readonly Operation[] = [
  'micro_pay',
  'query_order',
  'client_order_detail',
  'refund',
  'query_refund_order',
  'query_order_list',
  'query_order_list_overview',
  'unbind_device_sn_code',
  'upload_client_monitor_info',
];

const head = (operation: Operation, isSigned: boolean, status: number, internalStatus: number | null): AnswerHead => ({
  operation,
  isSigned,
  status,
  internalStatus,
});

test('nothing unsigned is ever final', () => {
  for (const operation of OPERATIONS) {
    for (const status of [-1, 0, 1, 3, 101, 102, 103, 104, 400, 426, 500]) {
      for (const internalStatus of [null, 0, 7, 400, 407, 426, 3215]) {
        assert.is(classify(head(operation, false, status, internalStatus)).class, 'unknown');
      }
    }
  }
});

const TABLE: readonly (readonly [Operation, number, number | null, string, number])[] = [
  ['micro_pay', 0, 0, 'accepted', 0],
  ['micro_pay', 3, 0, 'unknown', 0],
  ['micro_pay', 101, 7, 'failed', 0],
  ['micro_pay', 102, 0, 'needs-new-number', 0],
  ['micro_pay', 103, 0, 'unknown', 3000],
  ['micro_pay', 104, 0, 'failed', 0],
  ['micro_pay', 104, 407, 'needs-new-number', 0],
  ['micro_pay', 0, 407, 'needs-new-number', 0],
  ['micro_pay', 103, 407, 'needs-new-number', 0],
  ['micro_pay', 500, null, 'unknown', 0],
  ['micro_pay', -1, null, 'unknown', 0],
  ['micro_pay', 104, 400, 'failed', 0],
  ['micro_pay', 400, 400, 'unknown', 0],
  ['query_order', 0, 0, 'accepted', 0],
  ['query_order', 104, 400, 'not-found', 0],
  ['query_order', 400, 0, 'not-found', 0],
  ['query_order', 104, 1, 'failed', 0],
  ['query_order', 104, 407, 'failed', 0],
  ['query_order', 103, 400, 'unknown', 3000],
  ['query_order', 3, 400, 'unknown', 0],
  ['query_order', 0, 400, 'accepted', 0],
  ['client_order_detail', 104, 400, 'not-found', 0],
  ['refund', 104, 400, 'failed', 0],
  ['refund', 102, 0, 'needs-new-number', 0],
  ['refund', 103, 0, 'unknown', 3000],
  ['query_refund_order', 104, 426, 'not-found', 0],
  ['query_refund_order', 104, 400, 'failed', 0],
  ['query_order', 104, 426, 'failed', 0],
  ['unbind_device_sn_code', 104, 3215, 'already-done', 0],
  ['micro_pay', 104, 3215, 'failed', 0],
];

for (const [operation, status, internalStatus, expected, waitMs] of TABLE) {
  test(`a signed ${status}/${internalStatus} to ${operation} is ${expected}`, () => {
    const verdict = classify(head(operation, true, status, internalStatus));
    assert.is(verdict.class, expected);
    assert.is(verdict.class === 'unknown' ? verdict.waitMs : 0, waitMs);
  });
}

test.run();
