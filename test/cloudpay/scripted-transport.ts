import type { DeviceConfiguration } from '../../domain/device-configuration.ts';
import { Secret } from '../../domain/secret.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Random } from '../../hal/random/contract.ts';
import { createCloudPay } from '../../cloudpay/cloud-pay.ts';
import { authenCode } from '../../cloudpay/envelope.ts';
import type { Transport, TransportAnswer, TransportRequest } from '../../cloudpay/transport.ts';
import { VECTOR_KEY } from './vectors.ts';

export const DOMAIN = 'https://pay.qcloud.com';

export const CONFIGURATION: DeviceConfiguration = {
  id: 'c0',
  outMchId: 'sz01TESTMCH000000001',
  outSubMchId: 'sz01TESTSUB000000001',
  outShopId: 'sz01TESTSHP000000001',
  orderPrefix: '01009999',
  authenType: 1,
  authenKey: new Secret(VECTOR_KEY),
  shopName: 'test',
  deviceId: 'dev-001',
  deviceName: 'till',
  staffId: '1001',
  staffName: 'Lin',
};

export const IDENTITY = {
  sn: 'SIM0000001',
  subTerminalType: 9001,
  sdkVersion: '1.0',
  terminalType: 4,
  localAddress: () => '192.168.1.20',
} as const;

export const call = () => ({ domain: DOMAIN, signal: new AbortController().signal });

/** A random source that gives these bytes for ever. */
export function fixedRandom(hex: string): Random {
  return { bytes: (count) => Uint8Array.from(Buffer.from(hex, 'hex')).slice(0, count), fraction: () => 0.5 };
}

/** A clock that stands until it is moved. */
export function standingClock(): Clock & { nowMs: number } {
  const clock = {
    nowMs: 0,
    wallMs: () => clock.nowMs,
    monotonicMs: () => clock.nowMs,
    setTimeout: () => 0,
    clearTimeout: () => undefined,
  };
  return clock;
}

export function answerOf(body: string | Uint8Array, httpStatus = 200): TransportAnswer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  return { kind: 'answer', httpStatus, body: bytes, connectMs: 3, requestMs: 7 };
}

/** The bytes of an answer around a content string, correctly signed unless a code is given; `null` leaves the code out. */
export function envelope(content: string, code: string | null = authenCode(CONFIGURATION.authenKey, content)): string {
  const authenInfo = code === null ? {} : { authen_info: { a: { authen_type: 1, authen_code: code } } };
  return JSON.stringify({ response_content: content, ...authenInfo });
}

/** A correctly signed answer with this content. */
export function signed(content: object): TransportAnswer {
  return answerOf(envelope(JSON.stringify(content)));
}

/** A gateway client over a transport that gives these answers in turn and keeps the requests. */
export function startCloudPay(...answers: TransportAnswer[]) {
  const requests: TransportRequest[] = [];
  const warmed: string[] = [];
  const clock = standingClock();
  const transport: Transport = {
    async request(request) {
      requests.push(request);
      return (
        answers[Math.min(requests.length, answers.length) - 1] ?? {
          kind: 'not-sent',
          reason: 'no answer',
          connectMs: 0,
        }
      );
    },
    async warmUp(domain) {
      warmed.push(domain);
    },
    async close() {
      warmed.length = 0;
    },
  };
  const random = fixedRandom('00112233445566778899aabbccddeeff');
  const gateway = createCloudPay({ transport, clock, random, identity: IDENTITY });
  const contents = () =>
    requests.map(({ body }) => String((JSON.parse(body ?? '{}') as { request_content?: string }).request_content));
  return { gateway, requests, contents, warmed, clock };
}
