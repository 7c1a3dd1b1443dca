import { UPGRADE_REASONS_EN, UPGRADE_REASONS_ZH } from '../../../domain/screens/upgrade-reason-words.ts';
import { isUpgradeReason } from '../../../domain/upgrade-reason.ts';
import type { Language } from './language.ts';
import { stopReasonIn } from './stop-reasons.ts';

/** Why an upgrade did not go on, in the words that the terminal itself shows. */
export const UPGRADE_REASON_WORDS = { zh: UPGRADE_REASONS_ZH, en: UPGRADE_REASONS_EN };

/** Why a terminal or the service ended a job, as it is told: the code's words, else the sentence's; '' for no cause. */
export function upgradeCauseIn(
  language: Language,
  { reason, why }: { readonly reason: string | null; readonly why: string | null },
): string {
  if (isUpgradeReason(reason)) return UPGRADE_REASON_WORDS[language][reason];
  return why === null ? (reason ?? '') : stopReasonIn(language, why);
}
