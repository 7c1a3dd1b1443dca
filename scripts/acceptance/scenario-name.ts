import type { Platform } from '../../domain/platform.ts';
import { STATE_PROFILES, type StateProfile } from '../../simulator/gateway/settings.ts';

const PLATFORMS: readonly Platform[] = ['wechat', 'alipay'];

/** What the name of a scenario says that it shows. */
export interface Shown {
  /** Rows of the acceptance table; empty for a scenario beyond it. */
  readonly rows: readonly string[];
  /** Empty where the platform does not matter. */
  readonly platforms: readonly Platform[];
  /** Null where the numbering of the states does not matter. */
  readonly profile: StateProfile | null;
}

/**
 * Reads a name such as `A3 C2 wechat under mixed: the password screen stands until …`: the rows come first, then the
 * platform (or `both platforms`) and the numbering of the states, as far as they matter.
 */
export function readScenarioName(name: string): Shown {
  const [ids = ''] = /^(?:[A-Z]\d+ )*/.exec(name) ?? [];
  const rest = name.slice(ids.length);
  const rows = ids.split(' ').filter((id) => /^[ABC]\d/.test(id));
  const scope = rest.includes(':') ? rest.slice(0, rest.indexOf(':')) : '';
  const platforms = rest.includes('both platforms')
    ? PLATFORMS
    : PLATFORMS.filter((platform) => new RegExp(`\\b${platform}\\b`).test(scope));
  const profile = STATE_PROFILES.find((one) => rest.includes(`under ${one}`)) ?? null;
  return { rows, platforms, profile };
}
