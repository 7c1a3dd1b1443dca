/** A clerk. `mayRefund` is asked only for refunds with `api_version` 2 (§7.6). */
export interface Staff {
  readonly staffId: string;
  readonly staffName: string;
  readonly mayRefund: boolean;
}

/** A device of a shop. Its binding to a serial number lives in the order book, because it changes. */
export interface Device {
  readonly deviceId: string;
  readonly deviceName: string;
  /** Bound from the start, as if the configuration QR had been scanned before. */
  readonly boundSn?: string;
}

/** A shop of a sub-merchant, as query_sub_mch_shop_info tells it (§7.12). */
export interface Shop {
  readonly outShopId: string;
  readonly shopName: string;
  readonly address: string;
  readonly devices: readonly Device[];
  readonly staff: readonly Staff[];
}

/** A sub-merchant with its signing key. All identifiers are invented. */
export interface Merchant {
  readonly outMchId: string;
  readonly outSubMchId: string;
  /** Prefix of every order and refund number, any length (§5). */
  readonly cashierId: string;
  readonly authenKey: string;
  /** Allows `s` on refund (§2.3). */
  readonly refundPublicKeyPem?: string;
  readonly shops: readonly Shop[];
}

const STAFF_NAMES = ['林晓雨', '陈志强', '王秀英', '李建国', '张丽华', '刘思远', '赵敏', '周文杰', '吴佳怡', '郑海涛'];

function staffOf(first: number): Staff[] {
  return STAFF_NAMES.map((staffName, n) => ({ staffId: String(first + n), staffName, mayRefund: n % 3 === 0 }));
}

function devicesOf(prefix: string, bound: string | undefined): Device[] {
  return Array.from({ length: 10 }, (_, n) => {
    const deviceId = `${prefix}-${String(n + 1).padStart(3, '0')}`;
    const device = { deviceId, deviceName: `${n + 1}号收银台` };
    return n === 0 && bound !== undefined ? { ...device, boundSn: bound } : device;
  });
}

/**
 * The merchants of a fresh sandbox: one with two shops, and a second one that must never see the first one's orders.
 * @param bound serial number already bound to device `dev-001` of the first shop
 */
export function demoMerchants(bound?: string): Merchant[] {
  return [
    {
      outMchId: 'sz01TESTMCH000000001',
      outSubMchId: 'sz01TESTSUB000000001',
      cashierId: '01009999',
      authenKey: '0123456789ABCDEF0123456789ABCDEF',
      shops: [
        {
          outShopId: 'sz01TESTSHP000000001',
          shopName: '南山茶铺（科技园店）',
          address: '广东省深圳市南山区科技园中区科苑路十五号一层',
          devices: devicesOf('dev', bound),
          staff: staffOf(1001),
        },
        {
          outShopId: 'sz01TESTSHP000000002',
          shopName: '南山茶铺（海岸城店）',
          address: '广东省深圳市南山区文心五路三十三号二层',
          devices: devicesOf('sea', undefined),
          staff: staffOf(2001),
        },
      ],
    },
    {
      outMchId: 'sz01TESTMCH000000001',
      outSubMchId: 'sz01TESTSUB000000002',
      cashierId: 'sz0100lmnx',
      authenKey: 'FEDCBA9876543210FEDCBA9876543210',
      shops: [
        {
          outShopId: 'sz01TESTSHP000000003',
          shopName: '福田面馆',
          address: '广东省深圳市福田区福华三路八号',
          devices: devicesOf('noodle', undefined),
          staff: staffOf(3001),
        },
      ],
    },
  ];
}
