import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import { TerminalFailure } from '../domain/failure.ts';
import type { Platform } from '../domain/platform.ts';
import type { Random } from '../hal/random/contract.ts';
import type { TerminalIdentity } from './identity.ts';

/** PayPlatform (§4). */
const PAY_PLATFORM: Readonly<Record<Platform, number>> = { wechat: 1, alipay: 2 };

/** TradeType 1: the terminal scans the customer's code. */
export const CARD_PAY = 1;

function payPlatform(platform: Platform): number {
  return PAY_PLATFORM[platform];
}

/** The merchant's three numbers, as several interfaces want them. */
export function merchantNumbers(configuration: DeviceConfiguration) {
  return {
    out_mch_id: configuration.outMchId,
    out_sub_mch_id: configuration.outSubMchId,
    out_shop_id: configuration.outShopId,
  };
}

/** PayMchKey (§6) of a request whose platform is known. */
export function merchantKey(configuration: DeviceConfiguration, platform: Platform) {
  return { pay_platform: payPlatform(platform), ...merchantNumbers(configuration) };
}

/** PayMchKey of a query: an unknown platform is left out, because a wrong one finds nothing (§7.5). */
export function queriedMerchantKey(configuration: DeviceConfiguration, platform: Platform | null) {
  return { ...merchantNumbers(configuration), ...(platform === null ? {} : { pay_platform: payPlatform(platform) }) };
}

/**
 * OrderClient (§6). Unset optionals are left out: an empty value would clear them at the gateway (§1).
 * @throws TerminalFailure `configuration.missing` without a sub terminal type.
 */
export function orderClient(identity: TerminalIdentity, configuration: DeviceConfiguration, staffId: string | null) {
  if (identity.subTerminalType === null) {
    throw new TerminalFailure(
      'configuration.missing',
      'sub_terminal_type is not set: set it in the configuration file',
    );
  }
  const staff = staffId ?? configuration.staffId;
  return {
    device_id: configuration.deviceId,
    ...(staff === null || staff === '' ? {} : { staff_id: staff }),
    terminal_type: identity.terminalType,
    sub_terminal_type: identity.subTerminalType,
    machine_no: (identity.machineNo ?? identity.sn).slice(-32),
    sdk_version: identity.sdkVersion,
    spbill_create_ip: identity.localAddress().slice(0, 16),
    sn_code: identity.sn,
  };
}

/** A fresh `nonce_str`: 32 hexadecimal digits (§2.4). */
export function nonce(random: Random): string {
  return Buffer.from(random.bytes(16)).toString('hex');
}

/** The longest beginning of a text that fits into so many UTF-8 bytes. */
export function clippedToBytes(text: string, bytesMax: number): string {
  let clipped = text.toWellFormed();
  while (Buffer.byteLength(clipped, 'utf8') > bytesMax) clipped = [...clipped].slice(0, -1).join('');
  return clipped;
}
