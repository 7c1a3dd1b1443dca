/** Where the pages of the console are: for the service that answers them and for the router in the browser. */
export const PATHS = {
  overview: '/',
  terminals: '/terminals',
  terminal: '/terminals/:tid',
  inside: '/terminals/:tid/inside',
  journal: '/terminals/:tid/journal',
  commands: '/terminals/:tid/commands',
  campaigns: '/campaigns',
  campaign: '/campaigns/:id',
  configuration: '/configuration',
  rollout: '/configuration/rollouts/:id',
  alerts: '/alerts',
  audit: '/audit',
  tokens: '/tokens',
  bundle: '/bundle',
} as const;

/** Files that the pages are made of. */
export const FILES = '/console';
