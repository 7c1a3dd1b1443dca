import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import type { ConfigurationAnswer, ConfigurationTicket, GatewayCall } from '../domain/payment-gateway.ts';
import { Secret } from '../domain/secret.ts';
import { parseJson } from './envelope.ts';
import { shaped, traceOf, unknown, unusableReason } from './gateway-exchange.ts';
import { CommonSchema } from './schemas/common.ts';
import { DeviceSettingAnswerSchema, DeviceSettingSchema, type DeviceSetting } from './schemas/device-setting.ts';
import { logIdOf, maskedText } from './trace-text.ts';
import type { Transport } from './transport.ts';

const BOUND_ELSEWHERE = 3214;
const TICKET_SPENT = 1;
const EXPIRED_WORDS = /过期|失效|超时|expire|timed? ?out/i;
const BUSY_WAIT_MS = 3_000;

/** Fetches what a configuration QR stands for (§7.2). The answer has no authentication code: TLS and the domain vouch for it. */
export async function fetchConfiguration(
  transport: Transport,
  ticket: ConfigurationTicket,
  sn: string,
  call: GatewayCall,
): Promise<ConfigurationAnswer> {
  const query = new URLSearchParams({ osi: ticket.osi, si: ticket.si.reveal(), sn });
  const path = `/cpay/use_device_setting?${query.toString()}`;
  const answer = await transport.request({ ...call, method: 'GET', path, body: null });
  const unread = traceOf(call.domain, 'use_device_setting', answer);
  if (answer.kind === 'not-sent') return { kind: 'not-sent', reason: maskedText(answer.reason), trace: unread };
  if (answer.kind === 'lost') return unknown(answer.reason, unread);
  const unusable = unusableReason(answer);
  if (unusable !== null) return unknown(unusable, unread);
  const content = parseJson(answer.body);
  const outer = shaped(DeviceSettingAnswerSchema, content);
  const common = shaped(CommonSchema, content);
  if (outer === null || common === null) return unknown('the configuration answer has no readable status', unread);
  const internalStatus = common.internal_status ?? common.Internal_status ?? null;
  const description = maskedText(common.description ?? '', ticket.si);
  const trace = {
    ...unread,
    logId: logIdOf(new TextDecoder().decode(answer.body)),
    status: common.status,
    internalStatus,
    description,
  };
  if (common.status !== 0) {
    const reason = refusal(common.status, internalStatus, description);
    if (reason !== null) return { kind: 'refused', reason, description, trace };
    return unknown(`status ${common.status}`, trace, common.status === 103 ? BUSY_WAIT_MS : 0);
  }
  const setting = v.safeParse(DeviceSettingSchema, outer.use_device_setting ?? content);
  if (!setting.success) return unknown(`configuration answer: ${wrongField(setting.issues[0])}`, trace);
  return { kind: 'configured', configuration: configurationOf(setting.output), trace };
}

function refusal(status: number, internalStatus: number | null, description: string) {
  if (internalStatus === BOUND_ELSEWHERE) return 'bound-elsewhere';
  if (status === 104 && (internalStatus === TICKET_SPENT || EXPIRED_WORDS.test(description))) return 'expired';
  return status === 101 || status === 102 || status === 104 ? 'rejected' : null;
}

/** Names the field, never its value: one of them is the key. */
function wrongField(issue: v.BaseIssue<unknown>): string {
  const key = issue.path?.[0]?.key;
  const field = typeof key === 'string' ? key : 'use_device_setting';
  return `${field} ${issue.message.startsWith('must ') ? issue.message : 'is missing or of the wrong type'}`;
}

function configurationOf(setting: DeviceSetting): DeviceConfiguration {
  const visible = {
    outMchId: setting.out_mch_id,
    outSubMchId: setting.out_sub_mch_id,
    outShopId: setting.out_shop_id,
    orderPrefix: setting.cloud_cashier_id,
    authenType: setting.authen_type,
    shopName: setting.shop_name,
    deviceId: setting.device_id,
    deviceName: setting.device_name,
    staffId: setting.staff_id || null,
    staffName: setting.staff_name || null,
  };
  const keyHash = sha256(setting.authen_key);
  const id = sha256(JSON.stringify([visible, keyHash])).slice(0, 16);
  return { id, ...visible, authenKey: new Secret(setting.authen_key) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
