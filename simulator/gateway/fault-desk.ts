import { INTERFACES, type AnswerFault, type FaultScript, type InterfaceName } from './fault-script.ts';
import { FAULT_SCRIPTS, scriptByAmount, scriptById } from './fault-scripts.ts';

/** A wish to strike the next requests. */
export interface ArmRequest {
  readonly script: string;
  /** Default: where the script strikes by nature. */
  readonly interface?: InterfaceName | undefined;
  /** Only requests of this order or refund number. */
  readonly order?: string | undefined;
  /** Only requests that reach this domain, 0–3. */
  readonly host?: number | undefined;
  /** How many requests; default 1. */
  readonly times?: number | undefined;
}

/** A script that waits for its requests. Null does not narrow. */
export interface ArmedFault {
  readonly id: number;
  readonly script: string;
  readonly interface: InterfaceName;
  /** Order or refund number. */
  readonly order: string | null;
  readonly host: number | null;
  /** Requests that it still strikes. */
  readonly remaining: number;
}

/** What is in force for one request. */
export interface Strike {
  readonly script: FaultScript;
  readonly answer: AnswerFault | null;
  readonly by: 'armed' | 'amount';
}

/** The facts of a request that choose its script. */
export interface Target {
  readonly name: InterfaceName;
  readonly host: number;
  /** `sub-merchant/number` of the order; null where the request names none. */
  readonly orderKey: string | null;
  /** Order and refund number, for armed faults. */
  readonly numbers: readonly string[];
  /** Earlier requests of this number on this interface. */
  readonly earlier: number;
  /** The order total, on micro_pay only. */
  readonly totalFen: number | null;
}

/** Chooses the fault of a request, by what was armed and by amount. */
export interface FaultDesk {
  /** @returns the armed fault, or in words what was wrong */
  arm(request: ArmRequest): ArmedFault | string;
  /** Without an id all of them. @returns how many were removed */
  disarm(id?: number): number;
  armed(): readonly ArmedFault[];
  /** Chooses and consumes. */
  strike(target: Target): Strike | null;
}

const ARMED_MAX = 100;
const TIMES_MAX = 1_000_000;

/** Armed faults come before the amount. */
export function createFaultDesk(): FaultDesk {
  let armed: ArmedFault[] = [];
  let nextId = 1;
  const byOrder = new Map<string, FaultScript>();

  const strikeArmed = (target: Target): Strike | null => {
    const hit = armed.find(
      (one) =>
        one.interface === target.name &&
        (one.order === null || target.numbers.includes(one.order)) &&
        (one.host === null || one.host === target.host),
    );
    const script = hit === undefined ? undefined : scriptById(hit.script);
    if (hit === undefined || script === undefined) return null;
    armed = armed
      .map((one) => (one.id === hit.id ? { ...one, remaining: one.remaining - 1 } : one))
      .filter((one) => one.remaining > 0);
    return { script, answer: script.answer ?? null, by: 'armed' };
  };

  return {
    arm(request) {
      const script = scriptById(request.script);
      if (script === undefined) {
        return `unknown script "${request.script}"; known: ${FAULT_SCRIPTS.map((one) => one.id).join(', ')}`;
      }
      const name = request.interface ?? script.on?.[0] ?? (script.refund === undefined ? 'micro_pay' : 'refund');
      if (!INTERFACES.includes(name)) return `unknown interface "${name}"; known: ${INTERFACES.join(', ')}`;
      const times = request.times ?? 1;
      if (!Number.isInteger(times) || times < 1 || times > TIMES_MAX) return `times must be 1 to ${TIMES_MAX}`;
      if (armed.length >= ARMED_MAX) return `${ARMED_MAX} faults are armed already: remove some first`;
      const fault: ArmedFault = {
        id: nextId,
        script: script.id,
        interface: name,
        order: request.order ?? null,
        host: request.host ?? null,
        remaining: times,
      };
      nextId += 1;
      armed = [...armed, fault];
      return fault;
    },
    disarm(id) {
      const kept = id === undefined ? [] : armed.filter((one) => one.id !== id);
      const removed = armed.length - kept.length;
      armed = kept;
      return removed;
    },
    armed: () => armed,
    strike(target) {
      const byArm = armed.length === 0 ? null : strikeArmed(target);
      if (byArm !== null) return byArm;
      const byAmount = target.totalFen === null ? undefined : scriptByAmount(target.totalFen);
      if (byAmount !== undefined && target.orderKey !== null && !byOrder.has(target.orderKey)) {
        byOrder.set(target.orderKey, byAmount);
      }
      const script = target.orderKey === null ? undefined : byOrder.get(target.orderKey);
      if (script === undefined) return null;
      return { script, answer: answerOf(script, target), by: 'amount' };
    },
  };
}

function answerOf(script: FaultScript, target: Target): AnswerFault | null {
  if (script.answer === undefined || !(script.on ?? []).includes(target.name)) return null;
  if (target.earlier > 0 && script.repeatAnswer !== undefined) return script.repeatAnswer;
  return target.earlier < (script.times ?? 1) ? script.answer : null;
}
