import type { UpgradeShown } from '../../domain/screens/flow-view.ts';

/** What a state of the upgrade's chart is called on the screen; one that is not here is rest. */
export const PHASES: Readonly<Record<string, UpgradeShown['phase']>> = {
  starting: 'resting',
  reporting: 'resting',
  checking: 'checking',
  downloading: 'downloading',
  brokenOff: 'downloading',
  pausing: 'downloading',
  staging: 'downloading',
  waitingForIdle: 'waiting',
  postponed: 'waiting',
  switching: 'restarting',
  restarting: 'restarting',
  trial: 'trial',
  soaking: 'trial',
  awaitingWord: 'trial',
  confirming: 'trial',
  rollingBack: 'restarting',
  leaving: 'restarting',
};
