import type { Random } from '../../hal/random/contract.ts';
import { envelopedBody, plainAnswer, struckAnswer, type SandboxAnswer } from './answer.ts';
import { wrongCall, type Call, type Desk, type Reply } from './desk.ts';
import type { FaultDesk, Strike } from './fault-desk.ts';
import { INTERFACES, type InterfaceName } from './fault-script.ts';
import type { LoggedRequest } from './book.ts';
import type { Hosts } from './hosts.ts';
import { useDeviceSetting } from './interfaces/configuration.ts';
import { queryShopInfo, unbindDevice, uploadConf, uploadMonitor } from './interfaces/device.ts';
import { microPay } from './interfaces/micro-pay.ts';
import { clientOrderDetail } from './interfaces/order-detail.ts';
import { queryOrderList, queryOverview } from './interfaces/order-list.ts';
import { closeOrder, queryOrder } from './interfaces/order-query.ts';
import { queryRefunds, refundOrder } from './interfaces/refund.ts';
import type { Merchant } from './merchant.ts';
import { drawLatencyMs } from './settings.ts';
import type { TicketOffice } from './ticket-office.ts';
import type { Traffic } from './traffic.ts';
import { asciiJson, codeFits, isRecord, openEnvelope, signatureFits, type OpenedEnvelope } from './wire.ts';

/** One request as it reached one of the four domains. */
export interface SandboxRequest {
  /** 0 to 3. */
  readonly host: number;
  readonly method: string;
  /** Without the query, e.g. `/cpay/micro_pay`. */
  readonly path: string;
  /** Without the question mark; '' when there is none. */
  readonly query: string;
  readonly body: string;
}

/** What answering a request needs. */
export interface ExchangeParts {
  readonly merchants: readonly Merchant[];
  readonly random: Random;
  readonly faults: FaultDesk;
  readonly hosts: Hosts;
  readonly traffic: Traffic;
  readonly office: TicketOffice;
  /** The desk at this instant. */
  desk(): Desk;
}

const ENVELOPED: Partial<Record<InterfaceName, (desk: Desk, call: Call) => Reply>> = {
  micro_pay: microPay,
  query_order: queryOrder,
  refund: refundOrder,
  query_refund_order: queryRefunds,
  client_order_detail: clientOrderDetail,
  query_order_list: queryOrderList,
  query_order_list_overview: queryOverview,
  upload_client_monitor_info: uploadMonitor,
  upload_client_conf_info: uploadConf,
  query_sub_mch_shop_info: queryShopInfo,
  unbind_device_sn_code: unbindDevice,
  close_order: closeOrder,
};

/** Values above 2^31 occur in the field (§3.1). */
const FIRST_LOG_ID = 3_637_968_353;

/** The way of a request through the gateway: envelope, script, interface, answer. */
export function createExchange(parts: ExchangeParts): (request: SandboxRequest) => SandboxAnswer {
  const { merchants, random, faults, hosts, traffic } = parts;
  let logId = FIRST_LOG_ID;

  const handleEnveloped = (name: InterfaceName, request: SandboxRequest): SandboxAnswer => {
    const now = parts.desk();
    const { settings, nowMs } = now;
    const delayMs = drawLatencyMs(settings.latency, random);
    const opened = openEnvelope(request.body);
    const fields = typeof opened === 'string' ? {} : opened.fields;
    const merchant = merchantOf(merchants, fields);
    const target = traffic.count(name, request.host, fields);
    const strike = faults.strike(target);
    const fault = strike?.answer ?? null;
    let reply: Reply | null = null;
    if (fault === null || fault.effect) {
      reply = checkedReply(now, name, opened, merchant, strike);
    }
    if (fault?.kind === 'status') reply = statusReply(fault.status, fault.internalStatus, now.nonce());
    if (strike?.script.host !== undefined) {
      hosts.set(request.host, strike.script.host.condition, strike.script.host.forMs);
    }
    traffic.log(logEntry(nowMs, name, request.host, target.numbers[0] ?? null, reply, strike));
    logId += 1;
    const key = merchant?.authenKey ?? null;
    const body = reply === null ? '' : envelopedBody(name, reply, key, logId, settings, fault);
    return struckAnswer(plainAnswer(200, body, delayMs), fault);
  };

  const handlePlain = (name: 'ping' | 'use_device_setting', request: SandboxRequest): SandboxAnswer => {
    const { settings, nowMs } = parts.desk();
    const strike = faults.strike(traffic.count(name, request.host, {}));
    const fault = strike?.answer ?? null;
    logId += 1;
    const body =
      fault?.kind === 'status'
        ? { status: fault.status, description: '', log_id: logId, internal_status: fault.internalStatus }
        : name === 'ping'
          ? { description: 'ok', status: 0, timestamp: Math.floor(nowMs / 1000) }
          : configurationBody(parts, request, logId);
    traffic.log(logEntry(nowMs, name, request.host, null, null, strike));
    return struckAnswer(plainAnswer(200, asciiJson(body), drawLatencyMs(settings.latency, random)), fault);
  };

  return (request) => {
    hosts.countRequest(request.host);
    const name = request.path.startsWith('/cpay/') ? request.path.slice('/cpay/'.length) : '';
    if (name === 'reverse') traffic.trap();
    const known = INTERFACES.find((one) => one === name);
    if (known === undefined) return plainAnswer(404, '{"error":"no such interface"}', 0);
    const wanted = known === 'use_device_setting' ? 'GET' : 'POST';
    if (request.method !== wanted) return plainAnswer(405, `{"error":"${known} wants ${wanted}"}`, 0);
    return known === 'ping' || known === 'use_device_setting'
      ? handlePlain(known, request)
      : handleEnveloped(known, request);
  };
}

function configurationBody(parts: ExchangeParts, request: SandboxRequest, logId: number): Record<string, unknown> {
  const now = parts.desk();
  const reply = useDeviceSetting(now, parts.office.tickets, new URLSearchParams(request.query));
  const { status, description, internalStatus, setting } = reply;
  const common = { status, description, log_id: logId, internal_status: internalStatus };
  if (setting === null) return common;
  return now.settings.configurationShape === 'nested'
    ? { ...common, use_device_setting: setting }
    : { ...common, ...setting };
}

/** Who sent it: by pay_mch_key, or by the sub-merchant's id at the top (lists, uploads, unbinding). */
function merchantOf(merchants: readonly Merchant[], fields: Readonly<Record<string, unknown>>): Merchant | null {
  const key = isRecord(fields['pay_mch_key']) ? fields['pay_mch_key'] : fields;
  return (
    merchants.find(
      (one) =>
        one.outSubMchId === key['out_sub_mch_id'] &&
        (key['out_mch_id'] === undefined || key['out_mch_id'] === one.outMchId),
    ) ?? null
  );
}

/** Rules 1 to 3, then the interface's own. */
function checkedReply(
  desk: Desk,
  name: InterfaceName,
  opened: OpenedEnvelope | string,
  merchant: Merchant | null,
  strike: Strike | null,
): Reply {
  if (typeof opened === 'string') return wrongCall(opened);
  if (merchant === null) return wrongCall('参数out_sub_mch_id错误: 子商户不存在');
  if (!authentic(name, opened, merchant)) return wrongCall('参数authen_code错误.', 7);
  const reply = ENVELOPED[name];
  if (reply === undefined) return wrongCall(`${name} is not enveloped`);
  return reply(desk, { merchant, fields: opened.fields, script: strike?.script ?? null });
}

/** `a` everywhere; `s` on refund where a public key is on file (§2.3). */
function authentic(name: InterfaceName, opened: OpenedEnvelope, merchant: Merchant): boolean {
  if (opened.code !== null) return codeFits(merchant.authenKey, opened.content, opened.code);
  const { refundPublicKeyPem: pem } = merchant;
  return (
    name === 'refund' && pem !== undefined && opened.sign !== null && signatureFits(pem, opened.content, opened.sign)
  );
}

function statusReply(status: 3 | 101 | 103 | 104, internalStatus: number, nonce: string): Reply {
  const signed = status === 103 || status === 104;
  const description = internalStatus === 407 ? '订单号重复且内容不一致。' : '系统繁忙，请稍后再试。';
  return { status, internalStatus, description, signed, content: signed ? { nonce_str: nonce } : null };
}

function logEntry(
  atMs: number,
  name: InterfaceName,
  host: number,
  number: string | null,
  reply: Reply | null,
  strike: Strike | null,
): LoggedRequest {
  return {
    atMs,
    host,
    interface: name,
    number,
    status: reply?.status ?? null,
    internalStatus: reply?.internalStatus ?? null,
    strike: strike?.answer === null ? null : (strike?.script.id ?? null),
  };
}
