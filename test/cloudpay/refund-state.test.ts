import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { refundState } from '../../cloudpay/refund-state.ts';

const test = suite('cloudpay/refund-state');

const TABLE = [
  [0, 'processing', 'processing'],
  [1, 'processing', 'processing'],
  [2, 'refunded', 'refunded'],
  [3, 'failed', 'failed'],
  [4, 'processing', 'processing'],
  [5, 'manual', 'manual'],
  [6, 'failed', 'processing'],
  [99, 'processing', 'processing'],
] as const;

for (const [state, wechat, alipay] of TABLE) {
  test(`refund state ${state} is ${wechat} at WeChat and ${alipay} at Alipay`, () => {
    assert.is(refundState('wechat', state, false), wechat);
    assert.is(refundState('alipay', state, false), alipay);
  });

  test(`refund state ${state} is not final while the gateway works on it`, () => {
    assert.is(refundState('wechat', state, true), 'processing');
    assert.is(refundState('alipay', state, true), 'processing');
  });
}

test.run();
