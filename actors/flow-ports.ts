import { fromPromise } from 'xstate';
import { journalMachine } from '../machines/journal.machine.ts';
import { selfTestMachine } from '../machines/self-test.machine.ts';
import { settingsMachine } from '../machines/settings.machine.ts';
import { shiftMachine } from '../machines/shift.machine.ts';
import { staffMachine } from '../machines/staff.machine.ts';
import { summaryMachine } from '../machines/summary.machine.ts';
import { unbindMachine } from '../machines/unbind.machine.ts';
import { upgradeStatusMachine, type RunningRelease } from '../machines/upgrade-status.machine.ts';
import { supportMachine } from '../machines/support.machine.ts';
import { wifiJoinMachine } from '../machines/wifi-join.machine.ts';
import { journalPorts } from './journal-list.ts';
import type { PaymentDesk } from './payment-ports.ts';
import { selfTestPorts } from './self-test-desk.ts';
import { settingsPorts } from './settings-desk.ts';
import { shiftPorts } from './shift-book.ts';
import { staffPorts } from './staff-desk.ts';
import { summaryPorts } from './takings.ts';
import { supportPorts } from './support-desk.ts';
import type { Upgrader } from './upgrade/upgrader.ts';
import { unbindPorts } from './unbind-desk.ts';
import { wifiPorts } from './wifi-desk.ts';
import { withPorts } from './with-ports.ts';

/** The charts behind the menu, and that of a scanned network, with every port fulfilled. */
export function flowCharts(desk: PaymentDesk, upgrader: Upgrader | null) {
  const release = (): RunningRelease => {
    const upgrade = upgrader?.shown();
    const slot = desk.parts.upgrade?.installer.slot ?? null;
    return { version: desk.parts.version, slot, ...(upgrade !== undefined && { upgrade }) };
  };
  return {
    journal: withPorts(journalMachine, { actors: journalPorts(desk) }),
    summary: withPorts(summaryMachine, { actors: summaryPorts(desk) }),
    staff: withPorts(staffMachine, { actors: staffPorts(desk) }),
    shift: withPorts(shiftMachine, { actors: shiftPorts(desk) }),
    settings: withPorts(settingsMachine, { actors: settingsPorts(desk) }),
    selfTest: withPorts(selfTestMachine, { actors: selfTestPorts(desk) }),
    unbind: withPorts(unbindMachine, { actors: unbindPorts(desk) }),
    upgradeStatus: withPorts(upgradeStatusMachine, {
      actors: { readRelease: fromPromise<RunningRelease, void>(() => Promise.resolve(release())) },
      actions: {
        wish: (_, { wish }) => {
          if (wish === 'later') upgrader?.later();
          else if (wish !== null) upgrader?.request(wish, { byHand: true });
        },
      },
    }),
    support: withPorts(supportMachine, { actors: supportPorts(desk) }),
    wifiJoin: withPorts(wifiJoinMachine, { actors: wifiPorts(desk) }),
  };
}
