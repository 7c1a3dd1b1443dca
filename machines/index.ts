/** Every statechart of the terminal: what the diagrams draw and the hygiene test walks. */
export { announcerMachine } from './announcer.machine.ts';
export { cashierMachine } from './cashier.machine.ts';
export { deviceConfigMachine } from './device-config.machine.ts';
export { domainCheckMachine } from './domain-check.machine.ts';
export { domainFailoverMachine } from './domain-failover.machine.ts';
export { journalMachine } from './journal.machine.ts';
export { menuMachine } from './menu.machine.ts';
export { paymentMachine } from './payment.machine.ts';
export { printSpoolerMachine } from './print-spooler.machine.ts';
export { selfTestMachine } from './self-test.machine.ts';
export { shiftMachine } from './shift.machine.ts';
export { staffMachine } from './staff.machine.ts';
export { summaryMachine } from './summary.machine.ts';
export { terminalMachine } from './terminal.machine.ts';
export { unbindMachine } from './unbind.machine.ts';
export { upgradeStatusMachine } from './upgrade-status.machine.ts';
export { wifiJoinMachine } from './wifi-join.machine.ts';
