import type { Secret } from './secret.ts';

/** What a configuration QR yields (cloudpay-api §7.2): who this terminal is for the gateway. Stored as a whole or not at all. */
export interface DeviceConfiguration {
  /** Stable id of this stored configuration; orders remember it, so that they are queried with the key they were made with. */
  readonly id: string;
  readonly outMchId: string;
  readonly outSubMchId: string;
  readonly outShopId: string;
  /** `cloud_cashier_id`: the prefix of every order and refund number; 8 digits recommended, any length accepted. */
  readonly orderPrefix: string;
  /** 1: HMAC-SHA256 (§2.2). */
  readonly authenType: number;
  readonly authenKey: Secret;
  readonly shopName: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly staffId: string | null;
  readonly staffName: string | null;
}
