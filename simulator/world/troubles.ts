import type { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import type { SeededRandom } from '../../hal/random/seeded-random.ts';
import type { Sandbox } from '../gateway/sandbox.ts';
import type { Peripherals } from './devices.ts';
import type { FaultRates } from './fault-rates.ts';
import type { Network } from './network.ts';
import type { Sometimes } from './sometimes.ts';

type SlowTrouble = Extract<keyof FaultRates, `${string}EveryMs`>;

const YEAR_MS = 365 * 86_400_000;
const JUMPS_MS = [-YEAR_MS, YEAR_MS, -3_600_000, 3_600_000, -90_000, 90_000, -10_000, 45_000];
const PRINTER_TROUBLES = ['out-of-paper', 'cover-open', 'unplugged'] as const;

/** What the troubles act on, and how often they come. */
export interface TroubleParts {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly sandbox: Sandbox;
  readonly network: Network;
  readonly peripherals: Peripherals;
  readonly rates: () => FaultRates;
  readonly sometimes: Sometimes;
  readonly printerChanged: () => void;
}

/** The troubles that last: WiFi away, domains down, no paper, no sound, a clock that jumps. Each comes and goes by itself. */
export function startTroubles(parts: TroubleParts): { end(): void } {
  const { clock, random, sandbox, network, peripherals, rates, sometimes } = parts;
  let ended = false;
  const upTo = (limit: number): number => Math.floor(random.fraction() * limit);
  /** Mostly short, now and then as long as the limit. */
  const lasting = (leastMs: number, mostMs: number): number =>
    leastMs + Math.floor(random.fraction() ** 3 * (mostMs - leastMs));

  const repeat = (trouble: SlowTrouble, begin: () => void): void => {
    const every = rates()[trouble];
    if (every === 0 || ended) return;
    clock.setTimeout(
      () => {
        if (ended) return;
        begin();
        repeat(trouble, begin);
      },
      -Math.log(1 - random.fraction()) * every,
    );
  };
  const setPrinter = (status: Peripherals['printer']): void => {
    if (peripherals.printer === status) return;
    peripherals.printer = status;
    parts.printerChanged();
  };

  repeat('wifiAwayEveryMs', () => {
    sometimes.count('WiFi away');
    network.wifiIsThere = false;
    clock.setTimeout(() => (network.wifiIsThere = true), lasting(500, 600_000));
  });
  repeat('badAirEveryMs', () => {
    sometimes.count('bad air');
    network.airIsBad = true;
    clock.setTimeout(() => (network.airIsBad = false), lasting(5000, 150_000));
  });
  repeat('domainDownEveryMs', () => {
    sometimes.count('domain down');
    sandbox.setHost(upTo(4), random.fraction() < 0.5 ? 'refuse' : 'stall', lasting(1000, 600_000));
  });
  repeat('printerTroubleEveryMs', () => {
    sometimes.count('printer trouble');
    setPrinter(PRINTER_TROUBLES[upTo(PRINTER_TROUBLES.length)] ?? 'unplugged');
    clock.setTimeout(() => setPrinter('ok'), lasting(1000, 900_000));
  });
  repeat('speakerTroubleEveryMs', () => {
    sometimes.count('speaker trouble');
    peripherals.speakerBroken = true;
    clock.setTimeout(() => (peripherals.speakerBroken = false), lasting(1000, 120_000));
  });
  repeat('wallJumpEveryMs', () => {
    sometimes.count('wall clock jumped');
    clock.jumpWall(JUMPS_MS[upTo(JUMPS_MS.length)] ?? 0);
  });

  return {
    end() {
      ended = true;
      network.wifiIsThere = true;
      network.airIsBad = false;
      for (let host = 0; host < 4; host += 1) sandbox.setHost(host, 'up');
      setPrinter('ok');
      peripherals.speakerBroken = false;
    },
  };
}
