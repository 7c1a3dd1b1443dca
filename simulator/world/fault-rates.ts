/** How rough the world is. Chances are per opportunity, 0 to 1; times in milliseconds. */
export interface FaultRates {
  /** The power goes right before or right after a disk call or a send. */
  readonly powerCut: number;
  /** Of those: only the process dies, and what the page cache holds survives. */
  readonly killInstead: number;
  /** A disk call fails with EIO or ENOSPC. */
  readonly diskError: number;
  readonly requestLost: number;
  readonly answerLost: number;
  /** A request or an answer is late: by 3 s at least, and at most by `delayMaxMs`. */
  readonly delayed: number;
  readonly delayMaxMs: number;
  /** A request arrives twice. */
  readonly duplicated: number;
  /** A byte of the answer is flipped on its way. */
  readonly wrongBytes: number;
  /** Somebody on the WiFi puts another text in place of the answer. */
  readonly forged: number;
  /** The gateway says 3 or 103 instead of its answer. */
  readonly unsure: number;
  /** A sale whose amount chooses one of the sandbox's fault scripts. */
  readonly scripted: number;
  /** The cashier gives money back instead of selling. */
  readonly refunds: number;
  /** Mean time between the beginnings of the slow troubles; 0: never. */
  readonly wifiAwayEveryMs: number;
  /** Bad air: most of what is sent is lost for a while. */
  readonly badAirEveryMs: number;
  readonly domainDownEveryMs: number;
  readonly printerTroubleEveryMs: number;
  readonly speakerTroubleEveryMs: number;
  readonly wallJumpEveryMs: number;
}

const MINUTE_MS = 60_000;

/** A bad week in every hour. */
export const ROUGH: FaultRates = {
  powerCut: 0.004,
  killInstead: 0.3,
  diskError: 0.001,
  requestLost: 0.03,
  answerLost: 0.04,
  delayed: 0.02,
  delayMaxMs: 53_000,
  duplicated: 0.01,
  wrongBytes: 0.02,
  forged: 0.02,
  unsure: 0.02,
  scripted: 0.08,
  refunds: 0.1,
  wifiAwayEveryMs: 15 * MINUTE_MS,
  badAirEveryMs: 20 * MINUTE_MS,
  domainDownEveryMs: 4 * MINUTE_MS,
  printerTroubleEveryMs: 20 * MINUTE_MS,
  speakerTroubleEveryMs: 30 * MINUTE_MS,
  wallJumpEveryMs: 25 * MINUTE_MS,
};

/** Everything works: how a world begins, and how it ends, so that all that was under way can finish. */
export const CALM: FaultRates = {
  powerCut: 0,
  killInstead: 0,
  diskError: 0,
  requestLost: 0,
  answerLost: 0,
  delayed: 0,
  delayMaxMs: 53_000,
  duplicated: 0,
  wrongBytes: 0,
  forged: 0,
  unsure: 0,
  scripted: 0,
  refunds: 0.1,
  wifiAwayEveryMs: 0,
  badAirEveryMs: 0,
  domainDownEveryMs: 0,
  printerTroubleEveryMs: 0,
  speakerTroubleEveryMs: 0,
  wallJumpEveryMs: 0,
};
