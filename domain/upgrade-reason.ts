/** Why an upgrade was refused, given up or taken back: a code for each cause, told beside the words of the error. */
export const UPGRADE_REASONS = [
  // The signed metadata, before anything is downloaded.
  ...(['signature', 'expired', 'replayed', 'metadata'] as const),
  // The release that it leads to.
  ...([
    'absent',
    'not-approved',
    'other-model',
    'other-format',
    'must-not-return',
    'needs-earlier',
    'not-newer',
  ] as const),
  // The way to it, and what came over it.
  ...(['no-source', 'network', 'server', 'certificate', 'tampered'] as const),
  // This box.
  ...(['disk-full', 'disk', 'installer', 'crashed'] as const),
  // The trial.
  ...(['did-not-start', 'files-lost', 'went-back', 'journal', 'gateway'] as const),
  // What the operator wants.
  ...(['withdrawn', 'replaced', 'busy'] as const),
] as const;

/** One of the causes that this release knows. */
export type UpgradeReason = (typeof UPGRADE_REASONS)[number];

/** Whether this release has words for the code; an earlier or later one may have told another. */
export function isUpgradeReason(code: string | null | undefined): code is UpgradeReason {
  return UPGRADE_REASONS.some((known) => known === code);
}
