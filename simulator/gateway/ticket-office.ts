import { TICKET_LIFE_MS, type Ticket } from './interfaces/configuration.ts';
import type { Merchant, Shop } from './merchant.ts';

/** Which device a configuration QR is for. Absent: the first shop's first device. */
export interface TicketRequest {
  readonly outShopId?: string | undefined;
  readonly deviceId?: string | undefined;
  /** null: no clerk chosen. Default: the shop's first clerk. */
  readonly staffId?: string | null | undefined;
  /** Frees the device from the serial number it is bound to. */
  readonly release?: boolean | undefined;
  /** Makes one that is over already. */
  readonly expired?: boolean | undefined;
}

/** Makes configuration QRs and remembers them until well after they expired. */
export interface TicketOffice {
  /** @throws RangeError for an unknown shop, device or clerk */
  issue(request: TicketRequest, si: string, nowMs: number): Ticket;
  readonly tickets: ReadonlyMap<string, Ticket>;
}

/** An office that has issued nothing yet. */
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
  const wanted = request.outShopId ?? merchants[0]?.shops[0]?.outShopId ?? '';
  const merchant = merchants.find((one) => one.shops.some((shop) => shop.outShopId === wanted));
  const shop = merchant?.shops.find((one) => one.outShopId === wanted);
  if (merchant === undefined || shop === undefined) throw new RangeError(`no shop "${wanted}"`);
  return {
    si,
    outSubMchId: merchant.outSubMchId,
    outShopId: wanted,
    deviceId: deviceOf(shop, request.deviceId),
    staffId: staffOf(shop, request.staffId),
    expiresMs: request.expired === true ? nowMs - 1 : nowMs + TICKET_LIFE_MS,
    usedBy: null,
  };
}

function deviceOf(shop: Shop, wanted: string | undefined): string {
  const deviceId = wanted ?? shop.devices[0]?.deviceId ?? '';
  if (shop.devices.some((one) => one.deviceId === deviceId)) return deviceId;
  throw new RangeError(`shop ${shop.outShopId} has no device "${deviceId}"`);
}

function staffOf(shop: Shop, wanted: string | null | undefined): string | null {
  const staffId = wanted === undefined ? (shop.staff[0]?.staffId ?? null) : wanted;
  if (staffId === null || shop.staff.some((one) => one.staffId === staffId)) return staffId;
  throw new RangeError(`shop ${shop.outShopId} has no clerk "${staffId}"`);
}
