import * as assert from 'uvu/assert';
import { yuanText } from '../../domain/fen.ts';
import type { Platform } from '../../domain/platform.ts';
import { scriptAmountFen, type FaultScript } from '../../simulator/gateway/fault-script.ts';
import { FAULT_SCRIPTS } from '../../simulator/gateway/fault-scripts.ts';
import type { StateProfile } from '../../simulator/gateway/settings.ts';
import { Bench } from './bench.ts';
import { contradictions, unresolvedOrders, type Evidence } from './money-truth.ts';
import { readJournal } from './read-journal.ts';

/** The gateway lives through two minutes in three seconds; the terminal's window shrinks with it. */
const SPEED = 40;
const WINDOW_MS = 120_000 / SPEED;

/** The gateway answers every question about these with 103, for ever: the terminal must say that it does not know. */
const NEVER_TOLD = new Set(['status-103-forever', 'status-103-forever-charged']);
/** Until 2018 a closed Alipay order had the number that means "waiting" today: while the order's two real minutes last, both may be true. */
const HIDDEN_BY_OLD_NUMBERING = new Set(['customer-stops', 'password-never', 'pay-error']);

/** One sale of the run. */
export interface ScriptedSale {
  readonly script: FaultScript;
  readonly platform: Platform;
  readonly order: string;
}

/** What is left when every sale has had its time. */
export interface FaultScriptRun extends Evidence {
  readonly sales: readonly ScriptedSale[];
  readonly wrong: readonly string[];
  readonly unresolved: readonly string[];
  /** Orders whose truth the gateway never tells. */
  readonly neverTold: readonly string[];
  /** Orders whose truth the gateway tells in two ways. */
  readonly ambiguous: readonly string[];
}

/** Every fault script on both platforms, one sale after the other at the counter, all of them open in the background at once. */
export async function runFaultScripts(profile: StateProfile): Promise<FaultScriptRun> {
  const bench = await Bench.start({
    speed: SPEED,
    settings: { profile },
    config: {
      'payment.windowMs': WINDOW_MS,
      'gateway.requestTimeoutMs': 600,
      'gateway.connectTimeoutMs': 600,
      'reconcile.notFoundFinalAfterMs': 4000,
    },
  });
  try {
    const sales: ScriptedSale[] = [];
    for (const script of FAULT_SCRIPTS) {
      for (const platform of ['wechat', 'alipay'] as const) sales.push(await sellAndLeave(bench, script, platform));
    }
    const neverTold = sales.filter(({ script }) => NEVER_TOLD.has(script.id)).map(({ order }) => order);
    const ambiguous = sales
      .filter(({ script, platform }) => {
        return profile === 'until2018' && platform === 'alipay' && HIDDEN_BY_OLD_NUMBERING.has(script.id);
      })
      .map(({ order }) => order);
    await bench.terminal.until('the truth of every order', ({ openOrders }) =>
      openOrders.every((order) => neverTold.includes(order) || ambiguous.includes(order)),
    );
    const book = bench.book;
    assert.is(await bench.terminal.stop(), 0);
    const entries = readJournal(bench.dataDir);
    const evidence = { book, entries, lines: bench.terminal.lines };
    const unresolved = unresolvedOrders(entries);
    return { ...evidence, sales, wrong: contradictions(evidence), unresolved, neverTold, ambiguous };
  } finally {
    await bench.close();
  }
}

/** Starts the sale, confirms where one of the same amount is still open, and goes on to the next customer. */
async function sellAndLeave(bench: Bench, script: FaultScript, platform: Platform): Promise<ScriptedSale> {
  const { terminal } = bench;
  terminal.typeAmount(yuanText(scriptAmountFen(script)));
  const asked = await terminal.next(
    'present-code or confirm',
    (line) => line.is === 'screen' && ['present-code', 'confirm'].includes(String(line['name'])),
  );
  if (asked['name'] === 'confirm') {
    terminal.press('enter');
    await terminal.screen('present-code');
  }
  terminal.scan(bench.code(platform));
  const named = await terminal.next(
    `an order number for ${script.id}`,
    (line) => line.is === 'screen' && line['name'] !== 'present-code' && line['order'] !== null,
  );
  terminal.press('cancel');
  await terminal.screen('idle');
  return { script, platform, order: String(named['order']) };
}
