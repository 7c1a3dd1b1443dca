/** Who this terminal is in every request (OrderClient, §6). */
export interface TerminalIdentity {
  /** The serial number that the configuration was bound to; at most 64 characters. */
  readonly sn: string;
  /** Allotted by the gateway's operator to a brand and model; mandatory in every OrderClient. null: not configured yet. */
  readonly subTerminalType: number | null;
  /** Unique per terminal, at most 32 characters; the serial number when it is left out. */
  readonly machineNo?: string;
  /** At most 10 characters. */
  readonly sdkVersion: string;
  /** 4 is Linux. */
  readonly terminalType: 4;
  /** The terminal's own IPv4 address at this moment. */
  readonly localAddress: () => string;
}
