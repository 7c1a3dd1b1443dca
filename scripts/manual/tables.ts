import { classify } from '../../cloudpay/classify.ts';
import { CONFIG_KEYS } from '../../config/config-key.ts';
import { FAILURE_CODES } from '../../domain/failure.ts';
import { isDigitKey, KEYS, type Key } from '../../domain/screen.ts';
import { EN } from '../../domain/screens/en.ts';
import type { ScanNote } from '../../domain/screens/screen-view.ts';
import { UPGRADE_REASONS_EN, UPGRADE_REASONS_ZH } from '../../domain/screens/upgrade-reason-words.ts';
import { ZH_CN } from '../../domain/screens/zh-cn.ts';
import type { Locale } from '../../domain/sentence.ts';
import { UPGRADE_REASONS } from '../../domain/upgrade-reason.ts';
import { PRINTER_PROFILES } from '../../hal/printer/escpos/profile.ts';
import { defaultKeyMap } from '../../hal/keypad/key-map.ts';
import { MENU_DIGITS, MENU_ITEMS } from '../../machines/menu.machine.ts';
import { CONFIGURATION_ZH } from './configuration-words.ts';
import { ALERT_REMEDIES, CALL_REMEDIES, FAILURE_REMEDIES, NOTE_REMEDIES, STATUS_REMEDIES } from './remedies.ts';
import { UPGRADE_REMEDIES } from './upgrade-remedies.ts';

const SCREENS = { 'zh-CN': ZH_CN, en: EN } as const;

const KEY_NAMES: Readonly<Record<Locale, Readonly<Partial<Record<Key, string>>>>> = {
  'zh-CN': {
    enter: '确认',
    cancel: '取消',
    backspace: '退格',
    refund: '退款',
    query: '查询',
    menu: '菜单',
    replay: '重播',
    reprint: '重印',
    up: '上',
    down: '下',
  },
  en: {},
};

const HEADS = {
  'zh-CN': {
    keys: ['键', '名称', 'Linux 键码'],
    menu: ['数字', '项目'],
    notes: ['屏幕提示', '怎么办'],
    failures: ['代码', '原因', '处理'],
    calls: ['结果', '含义', '处理'],
    statuses: ['状态码', '终端怎样对待', '含义', '处理'],
    alerts: ['告警', '含义', '处理'],
    upgrades: ['屏幕上的原因', '代码', '处理'],
    printers: ['型号', '纸宽（字符）', '方式'],
    configuration: ['键', '默认（范围）', '含义'],
    required: '必填',
    asPicture: '整张按图片打印（打印机没有中文字库时用）',
    asText: '文字',
    classes: {
      accepted: '已受理，看订单状态',
      failed: '明确失败',
      'needs-new-number': '未收款，换新号',
      'not-found': '没有这个单',
      'already-done': '早已完成',
      unknown: '未知，继续查询',
    },
  },
  en: {
    keys: ['Key', 'Name', 'Linux key codes'],
    menu: ['Digit', 'Item'],
    notes: ['On the screen', 'What to do'],
    failures: ['Code', 'Cause', 'Remedy'],
    calls: ['Result', 'Meaning', 'Remedy'],
    statuses: ['Status', 'The terminal takes it for', 'Meaning', 'Remedy'],
    alerts: ['Alert', 'Meaning', 'What to do'],
    upgrades: ['On the screen', 'Code', 'What to do'],
    printers: ['Model', 'Width (characters)', 'How'],
    configuration: ['Key', 'Default (range)', 'Meaning'],
    required: 'required',
    asPicture: 'everything as a picture (for a printer without Chinese characters)',
    asText: 'text',
    classes: {
      accepted: 'accepted: the order’s state decides',
      failed: 'a final refusal',
      'needs-new-number': 'not charged, new number',
      'not-found': 'no such order',
      'already-done': 'done before',
      unknown: 'unknown: asks on',
    },
  },
} as const;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function keyTable(locale: Locale): string {
  const codes = new Map<Key, number[]>();
  for (const [code, key] of defaultKeyMap()) codes.set(key, [...(codes.get(key) ?? []), code]);
  const line = (keys: readonly Key[], shown: string): string[] => [
    `\`${shown}\``,
    keys.length > 1 ? shown : (KEY_NAMES[locale][keys[0] ?? 'enter'] ?? shown),
    keys.flatMap((key) => codes.get(key) ?? []).join(', '),
  ];
  const others = KEYS.filter((key) => !isDigitKey(key));
  return table(HEADS[locale].keys, [line(KEYS.filter(isDigitKey), '0–9'), ...others.map((key) => line([key], key))]);
}

/** The descriptions are the program's own, in English. */
function configurationTable(locale: Locale): string {
  const rows = CONFIG_KEYS.map(({ path, required, fallback, range, description }) => {
    const standard = Array.isArray(fallback) ? fallback.join(', ') : String(fallback);
    const shown = required ? `**${HEADS[locale].required}**` : fallback === null ? '–' : `\`${standard || '[]'}\``;
    const meaning = locale === 'zh-CN' ? CONFIGURATION_ZH[path] : description;
    if (meaning === undefined) throw new Error(`scripts/manual/configuration-words.ts says nothing of "${path}"`);
    return [`\`${path}\``, range === '' ? shown : `${shown} (${range})`, meaning];
  });
  return table(HEADS[locale].configuration, rows);
}

/** The operation on which an internal status is met. */
const OPERATIONS: Readonly<Record<number, Parameters<typeof classify>[0]['operation']>> = {
  400: 'query_order',
  407: 'micro_pay',
  426: 'query_refund_order',
  1: 'use_device_setting',
  3214: 'use_device_setting',
  3215: 'unbind_device_sn_code',
};
/** The documents leave these two without a signature. */
const UNSIGNED = [3, 101];

function statusTable(locale: Locale): string {
  const { statuses, classes } = HEADS[locale];
  const rows = STATUS_REMEDIES.map(({ status, internalStatus, text }) => {
    const operation = OPERATIONS[internalStatus ?? -1] ?? 'micro_pay';
    const verdict = classify({ operation, isSigned: !UNSIGNED.includes(status), status, internalStatus });
    const code = internalStatus === null ? String(status) : `${status}/${internalStatus}`;
    return [`\`${code}\``, classes[verdict.class], text[locale].cause, text[locale].remedy];
  });
  return table(statuses, rows);
}

function printerTable(locale: Locale): string {
  const { printers, asPicture, asText } = HEADS[locale];
  const rows = Object.entries(PRINTER_PROFILES).map(([model, { columns }]) => [
    `\`${model}\``,
    String(columns),
    model.endsWith('-dots') ? asPicture : asText,
  ]);
  return table(printers, rows);
}

/** Every table that the manual may ask for by name, made from the program's own tables. */
export function manualTables(locale: Locale): ReadonlyMap<string, () => string> {
  const head = HEADS[locale];
  const words = SCREENS[locale];
  const remedies = (
    codes: readonly string[],
    of: (code: string) => Readonly<Record<Locale, { cause: string; remedy: string }>>,
  ) => codes.map((code) => [`\`${code}\``, of(code)[locale].cause, of(code)[locale].remedy]);
  return new Map<string, () => string>([
    ['keys', () => keyTable(locale)],
    [
      'menu',
      () =>
        table(
          head.menu,
          MENU_ITEMS.map((item) => [String(MENU_DIGITS[item]), words.menu[item]]),
        ),
    ],
    [
      'notes',
      () =>
        table(
          head.notes,
          Object.entries(NOTE_REMEDIES).map(([note, said]) => [words.notes[note as ScanNote], said[locale]]),
        ),
    ],
    [
      'failures',
      () =>
        table(
          head.failures,
          remedies(FAILURE_CODES, (code) => FAILURE_REMEDIES[code as keyof typeof FAILURE_REMEDIES]),
        ),
    ],
    [
      'calls',
      () =>
        table(
          head.calls,
          remedies(Object.keys(CALL_REMEDIES), (code) => CALL_REMEDIES[code as keyof typeof CALL_REMEDIES]),
        ),
    ],
    ['statuses', () => statusTable(locale)],
    [
      'alerts',
      () =>
        table(
          head.alerts,
          remedies(Object.keys(ALERT_REMEDIES), (code) => ALERT_REMEDIES[code as keyof typeof ALERT_REMEDIES]),
        ),
    ],
    [
      'upgrades',
      () =>
        table(
          head.upgrades,
          UPGRADE_REASONS.map((code) => [
            (locale === 'en' ? UPGRADE_REASONS_EN : UPGRADE_REASONS_ZH)[code],
            `\`${code}\``,
            UPGRADE_REMEDIES[code][locale],
          ]),
        ),
    ],
    ['printers', () => printerTable(locale)],
    ['configuration', () => configurationTable(locale)],
  ]);
}
