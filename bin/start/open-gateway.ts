import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { createCloudPay } from '../../cloudpay/cloud-pay.ts';
import type { Transport } from '../../cloudpay/transport.ts';
import { createUndiciTransport } from '../../cloudpay/undici-transport.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import type { PaymentGateway } from '../../domain/payment-gateway.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Random } from '../../hal/random/contract.ts';

/** What the gateway's client is made of. */
export interface GatewayParts {
  readonly config: TerminalConfig;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** The gateway as the configuration names it. @throws TerminalFailure when the configuration cannot work */
export function openGateway({ config, version, clock, random }: GatewayParts): PaymentGateway {
  const transport = createUndiciTransport({
    clock,
    connectTimeoutMs: config.gateway.connectTimeoutMs,
    requestTimeoutMs: config.gateway.requestTimeoutMs,
    extraCaPem: config.gateway.caFile === null ? null : readFileSync(config.gateway.caFile, 'utf8'),
  });
  const { sn, subTerminalType } = config;
  // Read anew while a line is warmed up, when nobody waits: asking the kernel takes milliseconds, which a sale must not pay for.
  let known: string | null = null;
  const warming: Transport = {
    request: (request) => transport.request(request),
    warmUp: (domain, signal) => {
      known = readAddress();
      return transport.warmUp(domain, signal);
    },
    close: () => transport.close(),
  };
  const localAddress = (): string => (known ??= readAddress());
  const identity = { sn, subTerminalType, sdkVersion: version.slice(0, 10), terminalType: 4 as const, localAddress };
  return createCloudPay({ transport: warming, clock, random, identity });
}

/** The terminal's own IPv4 address: the first that is not loopback, else loopback. */
function readAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find((address) => address.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1';
}
