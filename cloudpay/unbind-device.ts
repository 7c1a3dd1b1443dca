import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import type { Done, NotSent, Refused, Unknown } from '../domain/payment-gateway.ts';
import type { Random } from '../hal/random/contract.ts';
import { sealed, unknown, type Exchanged } from './gateway-exchange.ts';
import { nonce } from './request-parts.ts';

/** The sealed request of unbind_device_sn_code (§7.3). */
export function unbindBody(configuration: DeviceConfiguration, sn: string, random: Random): string {
  const content = {
    out_sub_mch_id: configuration.outSubMchId,
    out_shop_id: configuration.outShopId,
    device_id: configuration.deviceId,
    sn_code: sn,
    nonce_str: nonce(random),
  };
  return sealed(content, configuration);
}

/** An answer without an outcome of its own: accepted is done, and so is "already unbound" (internal status 3215). */
export function doneAnswer(exchanged: Exchanged): Done | Refused | Unknown | NotSent {
  const { trace } = exchanged;
  if (exchanged.kind === 'accepted' || exchanged.kind === 'already-done') return { kind: 'done', trace };
  if (exchanged.kind === 'not-found') return unknown('the answer does not belong to this request', trace);
  return exchanged;
}
