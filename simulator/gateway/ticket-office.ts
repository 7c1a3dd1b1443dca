import { TICKET_LIFE_MS, type Ticket } from './interfaces/configuration.ts';
import type { Merchant } from './merchant.ts';

export interface TicketRequest {
  readonly outShopId?: string | undefined;
  readonly deviceId?: string | undefined;
  /** null: no clerk chosen. Default: the shop's first clerk. */
  readonly staffId?: string | null | undefined;
  /** Frees the device from the serial number it is bound to. */
  readonly release?: boolean | undefined;
  readonly expired?: boolean | undefined;
}

/** Makes configuration QRs and remembers them until well after they expired. */
export interface TicketOffice {
  /** @throws RangeError for an unknown shop, device or clerk */
  issue(request: TicketRequest, si: string, nowMs: number): Ticket;
  readonly tickets: ReadonlyMap<string, Ticket>;
}

export function createTicketOffice(merchants: readonly Merchant[]): TicketOffice {
  const tickets = new Map<string, Ticket>();
  return {
    tickets,
    issue(request, si, nowMs) {
      const ticket = newTicket(merchants, request, si, nowMs);
      for (const [old, { expiresMs }] of tickets) if (nowMs > expiresMs + TICKET_LIFE_MS) tickets.delete(old);
      tickets.set(si, ticket);
      return ticket;
    },
  };
}

function newTicket(merchants: readonly Merchant[], request: TicketRequest, si: string, nowMs: number): Ticket {
  const wanted = request.outShopId ?? merchants[0]?.shops[0]?.outShopId;
  for (const merchant of merchants) {
    const shop = merchant.shops.find((one) => one.outShopId === wanted);
    if (shop === undefined) continue;
    const deviceId = request.deviceId ?? shop.devices[0]?.deviceId;
    if (deviceId === undefined || !shop.devices.some((one) => one.deviceId === deviceId)) {
      throw new RangeError(`shop ${shop.outShopId} has no device "${String(deviceId)}"`);
    }
    const staffId = request.staffId === undefined ? (shop.staff[0]?.staffId ?? null) : request.staffId;
    if (staffId !== null && !shop.staff.some((one) => one.staffId === staffId)) {
      throw new RangeError(`shop ${shop.outShopId} has no clerk "${staffId}"`);
    }
    return {
      si,
      outSubMchId: merchant.outSubMchId,
      outShopId: shop.outShopId,
      deviceId,
      staffId,
      expiresMs: request.expired === true ? nowMs - 1 : nowMs + TICKET_LIFE_MS,
      usedBy: null,
    };
  }
  throw new RangeError(`no shop "${String(wanted)}"`);
}
