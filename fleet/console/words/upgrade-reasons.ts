import { UPGRADE_REASONS_EN, UPGRADE_REASONS_ZH } from '../../../domain/screens/upgrade-reason-words.ts';

/** Why an upgrade did not go on, in the words that the terminal itself shows. */
export const UPGRADE_REASON_WORDS = { zh: UPGRADE_REASONS_ZH, en: UPGRADE_REASONS_EN };
