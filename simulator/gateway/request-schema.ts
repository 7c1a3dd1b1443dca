import * as v from 'valibot';

/** §6 and §7 as schemas: what is missing, too long or of the wrong type is named by its path (§9 rules 1 and 5). */
const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));
const maybeText = (max: number) => v.optional(v.pipe(v.string(), v.maxLength(max)));
const N32_MAX = 4_294_967_295;
const n32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(N32_MAX));
const n64 = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Amounts: whole fen above 0, at most 1,000,000 yuan. */
const fen = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000_000));
const number = v.pipe(v.string(), v.regex(/^[0-9A-Za-z]{1,32}$/));

const mchKey = {
  out_mch_id: text(32),
  out_sub_mch_id: text(32),
  out_shop_id: text(32),
  sub_pay_platform: v.optional(n32),
};
const platform = v.picklist([1, 2, 3, 4]);

const orderClient = v.object({
  device_id: maybeText(64),
  staff_id: maybeText(64),
  terminal_type: n32,
  sub_terminal_type: n32,
  machine_no: text(64),
  sdk_version: text(10),
  spbill_create_ip: text(16),
  sn_code: maybeText(127),
});

/** micro_pay (§7.4). */
export const microPaySchema = v.object({
  pay_mch_key: v.object({ ...mchKey, pay_platform: platform }),
  pay_content: v.object({
    out_trade_no: number,
    author_code: v.pipe(v.string(), v.regex(/^\d{16,24}$/)),
    total_fee: fen,
    fee_type: v.literal('CNY'),
    body: text(128),
    detail: maybeText(6000),
    remark: maybeText(127),
    client_flow_id: maybeText(64),
  }),
  order_client: orderClient,
  nonce_str: text(32),
});

/** query_order (§7.5). */
export const queryOrderSchema = v.object({
  pay_mch_key: v.object({ ...mchKey, pay_platform: v.optional(platform) }),
  order_client: orderClient,
  out_trade_no: number,
  trade_type: v.optional(n32),
  nonce_str: text(32),
});

/** refund (§7.6). */
export const refundSchema = v.object({
  pay_mch_key: v.object({
    ...mchKey,
    pay_platform: platform,
    is_sub_admin: v.optional(v.boolean()),
    is_sub_mch_admin: v.optional(v.boolean()),
    authorization_staff_id: maybeText(64),
    authorization_name: maybeText(32),
  }),
  refund_content: v.object({
    out_trade_no: number,
    out_refund_no: number,
    total_fee: fen,
    /** 0 and less are judged by rule 12, not by the type. */
    refund_fee: v.pipe(v.number(), v.integer(), v.maxValue(100_000_000)),
    refund_fee_type: v.literal('CNY'),
    refund_reason: maybeText(64),
  }),
  order_client: orderClient,
  api_version: v.optional(v.picklist([1, 2])),
  nonce_str: text(32),
});

/** query_refund_order (§7.7). */
export const queryRefundSchema = v.object({
  pay_mch_key: v.object({ ...mchKey, pay_platform: v.optional(platform) }),
  order_client: orderClient,
  out_trade_no: number,
  out_refund_no: v.optional(number),
  nonce_str: text(32),
});

/** close_order (§7.12); a card-pay order gets 104. */
export const closeOrderSchema = v.object({
  pay_mch_key: v.object({ ...mchKey, pay_platform: v.optional(platform) }),
  order_client: orderClient,
  out_trade_no: number,
  trade_type: n32,
  nonce_str: text(32),
});

/** Rule 18: pages count from 1 and hold at most 100 rows. */
const paging = {
  page_num: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
  page_size: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
};

/** client_order_detail (§7.8). */
export const orderDetailSchema = v.object({
  pay_platform: v.optional(platform),
  out_sub_mch_id: text(32),
  out_shop_id: maybeText(32),
  staff_id: maybeText(64),
  device_id: maybeText(64),
  query_order_type: v.picklist([1, 2, 3]),
  start_time: v.optional(n64, 0),
  end_time: n64,
  ...paging,
  nonce_str: maybeText(32),
});

const listScope = {
  sub_pay_platforms: v.optional(v.pipe(v.array(n32), v.maxLength(16)), []),
  out_sub_mch_id: text(32),
  out_shop_id: maybeText(32),
  staff_id: maybeText(64),
  device_id: maybeText(64),
  trade_type: v.optional(n32),
  start_time: n64,
  end_time: n64,
  pay_time_type: v.optional(v.picklist([1, 2]), 2),
  refund_time_type: v.optional(v.picklist([1, 2]), 2),
  time_filter: v.optional(v.picklist([1, 2])),
  status: v.optional(v.picklist([0, 1]), 0),
  nonce_str: text(32),
};

/** query_order_list (§7.9). */
export const orderListSchema = v.object({ ...listScope, order_type: v.picklist([1, 2, 3]), ...paging });

/** query_order_list_overview (§7.10). */
export const overviewSchema = v.object({
  ...listScope,
  order_type: v.optional(v.picklist([1, 2, 3]), 3),
  out_trade_no: maybeText(32),
  out_refund_no: maybeText(32),
});

/** unbind_device_sn_code (§7.3). */
export const unbindSchema = v.object({
  out_sub_mch_id: text(20),
  out_shop_id: text(20),
  device_id: text(20),
  sn_code: text(64),
  nonce_str: maybeText(32),
});

/** upload_client_monitor_info (§7.11): the log upload. */
export const monitorSchema = v.object({
  out_mch_id: text(32),
  out_sub_mch_id: text(32),
  out_shop_id: text(32),
  order_client: orderClient,
  interval: n32,
  is_compress: v.literal(false),
  uncompressed_monitor_info: v.object({
    machine_info: v.pipe(v.string(), v.maxLength(65_536)),
    client_int_results: v.pipe(
      v.array(
        v.object({
          interface: n32,
          status: v.pipe(v.number(), v.integer()),
          description: v.pipe(v.string(), v.maxLength(255)),
          time_cost: n32,
          start_time: n64,
          logs: v.union([v.string(), v.array(v.string())]),
          log_id: n64,
          domain_name: v.optional(v.pipe(v.string(), v.maxLength(1024))),
        }),
      ),
      v.maxLength(1000),
    ),
  }),
  nonce_str: text(32),
});

/** upload_client_conf_info (§7.12). */
export const confSchema = v.object({
  out_mch_id: text(32),
  out_sub_mch_id: text(32),
  out_shop_id: text(32),
  order_client: orderClient,
  machine_info: v.pipe(v.string(), v.maxLength(65_536)),
  nonce_str: text(32),
});

/** query_sub_mch_shop_info (§7.12). */
export const shopInfoSchema = v.object({
  out_mch_id: text(32),
  out_sub_mch_id: text(32),
  ...paging,
  nonce_str: text(32),
});

/** Who sends a request: device, clerk and kind of terminal (§6). */
export type OrderClient = v.InferOutput<typeof orderClient>;

/** Whose orders a list is about, and of which span. */
export type ListScope = v.InferOutput<typeof overviewSchema>;
