import { isUpgradeReason, type UpgradeReason } from '../upgrade-reason.ts';

type ReasonWords = Readonly<Record<UpgradeReason, string>>;

/** Why an upgrade did not go on, in words for a cashier: one line of the smallest screen. */
export const UPGRADE_REASONS_ZH: ReasonWords = {
  signature: '签名不符',
  expired: '升级信息已过期',
  replayed: '升级信息被换成旧的',
  metadata: '升级信息不完整',
  absent: '没有这个版本',
  'not-approved': '与审批的文件不同',
  'other-model': '不适用于本机型',
  'other-format': '格式不适用于本机',
  'must-not-return': '此版本已禁止使用',
  'needs-earlier': '需先升级到中间版本',
  'not-newer': '不比现有版本新',
  'no-source': '未配置升级源',
  network: '网络不通',
  server: '升级服务器出错',
  certificate: '服务器证书不可信',
  tampered: '文件与签名不符',
  'disk-full': '存储空间不足',
  disk: '存储读写失败',
  installer: '系统写入失败',
  crashed: '升级程序出错',
  'did-not-start': '新版本启动失败',
  'files-lost': '新版本文件损坏',
  'went-back': '新系统未能启动',
  journal: '新版本打不开账本',
  gateway: '新版本连不上网关',
  withdrawn: '服务商已收回',
  replaced: '改装另一个版本',
  busy: '正在进行另一升级',
};

/** As `UPGRADE_REASONS_ZH`. */
export const UPGRADE_REASONS_EN: ReasonWords = {
  signature: 'Not signed as it must be',
  expired: 'Release list has expired',
  replayed: 'An older list was shown',
  metadata: 'Release list is damaged',
  absent: 'No such release',
  'not-approved': 'Not the approved file',
  'other-model': 'Not for this model',
  'other-format': 'Wrong format for this box',
  'must-not-return': 'This version is barred',
  'needs-earlier': 'Needs a version between',
  'not-newer': 'Not newer than this one',
  'no-source': 'No upgrade source',
  network: 'No network',
  server: 'Upgrade server failed',
  certificate: 'Server is not trusted',
  tampered: 'File is not the signed one',
  'disk-full': 'Storage is full',
  disk: 'Storage failed',
  installer: 'System was not written',
  crashed: 'Upgrade program failed',
  'did-not-start': 'New version did not start',
  'files-lost': 'New version is damaged',
  'went-back': 'New system did not start',
  journal: 'New version: journal failed',
  gateway: 'New version: no gateway',
  withdrawn: 'Taken back by provider',
  replaced: 'Another version instead',
  busy: 'Another upgrade is on',
};

/** The words for a code; for one that this release does not know, or none, the detail. */
export function upgradeReasonIn(words: ReasonWords, { reason, why }: { reason: string | null; why: string }): string {
  return isUpgradeReason(reason) ? words[reason] : why;
}
