import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { demoMerchants } from '../../../simulator/gateway/merchant.ts';
import {
  at,
  CLIENT,
  detailFields,
  envelope,
  expectStatus,
  KEY,
  MCH,
  open,
  openBench,
  orderNumber,
  payFields,
  queryFields,
  SN,
  stateIn,
  type Fields,
} from './bench.ts';

const interfaces = suite('simulator/gateway/interfaces');

interfaces('ten rows of order detail exceed 25 KB, or 200 KB by switch, and tell the refunded amount', () => {
  const bench = openBench();
  for (let n = 1; n <= 10; n += 1) bench.pay(n, 2, 2);
  bench.refund(10, 11, 2, 1, 2);
  const page = bench.ask('client_order_detail', detailFields(bench));
  assert.ok(page.answer.body.length > 25_000, `${page.answer.body.length} bytes`);
  const newest = at(page.content, 'order_detail_query.order_details.0.receipt.order.order_content') as Fields;
  assert.is(newest['out_trade_no'], orderNumber(10));
  assert.is(newest['refunded_fee'], 1);
  assert.is(at(newest, 'alipay_order_content_ext.current_trade_state'), 2);
  assert.is(
    at(bench.ask('query_order', queryFields(orderNumber(10))).content, 'query_order.order_content.refunded_fee'),
    undefined,
  );
  bench.sandbox.change({ detailSize: 'huge' });
  assert.ok(bench.ask('client_order_detail', detailFields(bench)).answer.body.length > 200_000);
});

interfaces('another merchant never sees the order', () => {
  const bench = openBench();
  bench.pay(1, 2);
  const other = demoMerchants()[1];
  assert.ok(other);
  const content = JSON.stringify({ ...detailFields(bench), out_sub_mch_id: other.outSubMchId, out_shop_id: undefined });
  const answer = bench.sandbox.handle({
    host: 2,
    method: 'POST',
    path: '/cpay/client_order_detail',
    query: '',
    body: envelope(content, other.authenKey),
  });
  assert.is(at(open(answer, other.authenKey).content, 'order_detail_query.total_count'), 0);
});

interfaces('the list and the overview agree with the book', () => {
  const bench = openBench();
  bench.pay(1, 100);
  bench.pay(2, 250, 2);
  bench.pay(3, 90014);
  bench.clock.advance(1000);
  bench.refund(2, 11, 250, 50, 2);
  bench.clock.advance(5000);
  const nowS = Math.floor(bench.sandbox.nowMs() / 1000);
  const scope = {
    out_sub_mch_id: MCH.out_sub_mch_id,
    start_time: nowS - 60,
    end_time: nowS,
    order_type: 3,
    nonce_str: 'l',
  };
  const list = bench.ask('query_order_list', { ...scope, page_num: 1, page_size: 50 }).content;
  assert.is(at(list, 'query_order_list.total_count'), 3);
  assert.is(at(list, 'query_order_list.order_details.0.refund_order.refund_fee'), 50);
  assert.is(at(list, 'query_order_list.order_details.1.order.refunded_fee'), 50);
  const all = bench.ask('query_order_list', { ...scope, status: 1, page_num: 1, page_size: 50 }).content;
  assert.is(at(all, 'query_order_list.total_count'), 4);
  const rows = at(
    bench.ask('query_order_list_overview', scope).content,
    'query_order_list_overview.overviews',
  ) as Fields[];
  assert.equal(
    rows.map((row) => [
      row['sub_pay_platform'],
      row['success_count'],
      row['success_amount'],
      row['refund_create_amount'],
    ]),
    [
      [100, 1, 100, 0],
      [200, 1, 250, 50],
    ],
  );
});

interfaces('close_order is refused, reverse does not exist and is counted', () => {
  const bench = openBench();
  bench.pay(1, 2);
  const opened = bench.ask('close_order', queryFields(orderNumber(1)));
  expectStatus(opened, 104);
  assert.is(opened.content['description'], '刷卡支付时，订单不能关闭，只能撤单。');
  assert.is(bench.send('reverse', queryFields(orderNumber(1))).httpStatus, 404);
  assert.is(bench.sandbox.book().traps.reverse, 1);
  assert.is(bench.charges(1), 1);
});

interfaces('every answer carries a log_id above 2^31', () => {
  const bench = openBench();
  const { content } = bench.pay(1, 2);
  assert.ok(Number(content['log_id']) > 2 ** 31);
});

interfaces('the four domains share one book', () => {
  const bench = openBench();
  bench.pay(1, 2);
  const body = envelope(JSON.stringify(payFields(orderNumber(1), 2)));
  for (const host of [1, 2, 3]) {
    bench.sandbox.handle({ host, method: 'POST', path: '/cpay/micro_pay', query: '', body });
  }
  assert.is(bench.charges(1), 1);
  assert.equal(
    bench.sandbox.book().hosts.map((host) => host.requests),
    [1, 1, 1, 1],
  );
});

interfaces('ping answers plainly, and uploads are checked', () => {
  const bench = openBench();
  const ping = bench.sandbox.handle({ host: 0, method: 'POST', path: '/cpay/ping', query: '', body: '' });
  assert.equal(JSON.parse(ping.body), {
    description: 'ok',
    status: 0,
    timestamp: Math.floor(bench.sandbox.nowMs() / 1000),
  });
  const upload = {
    ...MCH,
    order_client: CLIENT,
    interval: 300,
    is_compress: false,
    uncompressed_monitor_info: { client_int_results: [], machine_info: '{}' },
    nonce_str: 'u',
  };
  expectStatus(bench.ask('upload_client_monitor_info', upload), 0);
  expectStatus(bench.ask('upload_client_monitor_info', { ...upload, uncompressed_monitor_info: undefined }), 101);
  expectStatus(
    bench.ask('upload_client_conf_info', { ...MCH, order_client: CLIENT, machine_info: '{}', nonce_str: 'u' }),
    0,
  );
  const shops = {
    out_mch_id: MCH.out_mch_id,
    out_sub_mch_id: MCH.out_sub_mch_id,
    page_num: 1,
    page_size: 1,
    nonce_str: 's',
  };
  assert.is(at(bench.ask('query_sub_mch_shop_info', shops).content, 'query_shop_info.total_count'), 2);
});

interfaces('the configuration QR binds once, repeats for the same terminal, and dies after five minutes', () => {
  const bench = openBench({ merchants: demoMerchants() });
  const fetch = (pathAndQuery: string, sn: string): Fields => {
    const [path = '', query = ''] = pathAndQuery.split('?');
    const answer = bench.sandbox.handle({ host: 0, method: 'GET', path, query: `${query}&sn=${sn}`, body: '' });
    return JSON.parse(answer.body) as Fields;
  };
  const ticket = bench.sandbox.issueTicket();
  const first = fetch(ticket.pathAndQuery, SN);
  assert.is(at(first, 'use_device_setting.cloud_cashier_id'), '01009999');
  assert.is(fetch(ticket.pathAndQuery, SN)['status'], 0);
  assert.is(fetch(ticket.pathAndQuery, 'OTHER')['internal_status'], 3214);
  const second = bench.sandbox.issueTicket();
  assert.is(fetch(second.pathAndQuery, 'OTHER')['internal_status'], 3214);
  const late = bench.sandbox.issueTicket({ staffId: null });
  bench.sandbox.change({ configurationShape: 'flat' });
  const flat = fetch(late.pathAndQuery, SN);
  assert.is(flat['authen_key'], KEY);
  assert.is(flat['staff_id'], undefined);
  bench.clock.advance(300_001);
  assert.is(fetch(late.pathAndQuery, SN)['status'], 104);
  assert.is(fetch(bench.sandbox.issueTicket({ expired: true }).pathAndQuery, SN)['status'], 104);
  assert.is(fetch('/cpay/use_device_setting?osi=x&si=y', SN)['status'], 104);
  const freed = bench.sandbox.issueTicket({ release: true });
  assert.is(fetch(freed.pathAndQuery, 'OTHER')['status'], 0);
  expectStatus(bench.pay(1, 2), 104);
});

interfaces('unbinding is done once, then says 3215', () => {
  const bench = openBench();
  const fields = {
    out_sub_mch_id: MCH.out_sub_mch_id,
    out_shop_id: MCH.out_shop_id,
    device_id: 'dev-001',
    sn_code: SN,
  };
  expectStatus(bench.ask('unbind_device_sn_code', fields), 0);
  expectStatus(bench.ask('unbind_device_sn_code', fields), 104, 3215);
  expectStatus(bench.pay(1, 2), 104);
});

interfaces('a saved book goes on where it was', () => {
  const bench = openBench();
  bench.pay(1, 2);
  bench.refund(1, 11, 2, 1);
  const saved = JSON.parse(JSON.stringify(bench.sandbox.save())) as ReturnType<typeof bench.sandbox.save>;
  const again = openBench({ merchants: demoMerchants(), saved });
  assert.is(stateIn(again.pay(1, 2).content, 'micro_pay'), 4);
  assert.is(again.charges(1), 1);
  expectStatus(again.refund(1, 12, 2, 2), 104);
});

interfaces.run();
