import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { head } from './asked.ts';
import { call, CONFIGURATION, signed, startCloudPay } from './scripted-transport.ts';

const test = suite('cloudpay/shop-staff');

const page = (total: number, ...shops: object[]) =>
  signed({ ...head(0), query_shop_info: { nonce_str: 'a9', total_count: total, shop_infos: shops } });

const OWN = {
  out_shop_id: CONFIGURATION.outShopId,
  staff_infos: [{ staff_id: '1001', staff_name: 'Lin', shop_manager: false }, { staff_id: 1002 }],
};

test("the clerks are those of this terminal's shop, found on a later page", async () => {
  const others = Array.from({ length: 10 }, (_, n) => ({
    out_shop_id: `other-${n}`,
    staff_infos: [{ staff_id: '9' }],
  }));
  const { gateway, contents, requests } = startCloudPay(page(11, ...others), page(11, OWN));
  const answer = await gateway.shopStaff(CONFIGURATION, call());
  assert.is(answer.kind, 'staff');
  if (answer.kind !== 'staff') return;
  assert.equal(answer.clerks, [
    { id: '1001', name: 'Lin' },
    { id: '1002', name: null },
  ]);
  assert.equal(
    requests.map(({ path }) => path),
    ['/cpay/query_sub_mch_shop_info', '/cpay/query_sub_mch_shop_info'],
  );
  const pages = contents().map((content) => (JSON.parse(content) as { page_num: number }).page_num);
  assert.equal(pages, [1, 2]);
});

test('a shop that the list does not hold is named as such, not as a shop without clerks', async () => {
  const { gateway, requests } = startCloudPay(page(1, { out_shop_id: 'another', staff_infos: [] }));
  const answer = await gateway.shopStaff(CONFIGURATION, call());
  assert.equal(answer.kind === 'staff' && answer.clerks, null);
  assert.is(requests.length, 1);
});

test('a list that lacks its shops proves nothing', async () => {
  const { gateway } = startCloudPay(signed({ ...head(0), query_shop_info: { shop_infos: 'all' } }));
  assert.is((await gateway.shopStaff(CONFIGURATION, call())).kind, 'unknown');
});

test('a refusal of the interface is passed on as a refusal', async () => {
  const { gateway } = startCloudPay(signed(head(104)));
  assert.is((await gateway.shopStaff(CONFIGURATION, call())).kind, 'refused');
});

test.run();
