import type { Locale } from '../../domain/sentence.ts';
import type { UpgradeReason } from '../../domain/upgrade-reason.ts';

const said = (zh: string, en: string): Readonly<Record<Locale, string>> => ({ 'zh-CN': zh, en });

const REPUBLISH = said(
  '联系发布方：仓库或签名有问题，本机没有动过任何文件。',
  'Tell whoever publishes releases: the repository or its signatures are wrong. Nothing on this terminal was touched.',
);
const OTHER_RELEASE = said('换适用于本机的版本。', 'Offer a release that fits this box.');
const EARLIER_RUNS = said(
  '原版本照常收款。把单台终端的记录交给发布方，修好后重新发布。',
  'The earlier version sells on. Give the terminal’s history to whoever publishes releases; publish a mended one.',
);

/** What to do about each cause of an upgrade that did not go on; one that is missing does not compile. */
export const UPGRADE_REMEDIES: Readonly<Record<UpgradeReason, Readonly<Record<Locale, string>>>> = {
  signature: REPUBLISH,
  replayed: REPUBLISH,
  metadata: REPUBLISH,
  tampered: said(
    '文件在路上或 U 盘上被改过或损坏：重新拷贝或重试。',
    'It was changed or damaged on its way or on the stick: copy it again, or try again.',
  ),
  expired: said(
    '重新发布时间戳；没有网络的门店用离线许可（`till release grant`）。',
    'Publish a fresh timestamp; for a shop without network issue a grant (`till release grant`).',
  ),
  absent: said(
    '仓库里没有要装的版本：检查版本号和仓库地址。',
    'The repository has no such release: check version and address.',
  ),
  'not-approved': said('重新审批这次升级。', 'Approve the campaign again, for this file.'),
  'other-model': OTHER_RELEASE,
  'other-format': OTHER_RELEASE,
  'must-not-return': OTHER_RELEASE,
  'not-newer': OTHER_RELEASE,
  'needs-earlier': said('先升级到所需的中间版本。', 'Install the version between first.'),
  'no-source': said('配置 `upgrade.url` 或 `upgrade.media`。', 'Configure `upgrade.url` or `upgrade.media`.'),
  network: said('检查网络；会自己从断点接着下。', 'Check the network; it goes on by itself where it stopped.'),
  server: said(
    '升级服务器出错：稍后重试，或检查服务器。',
    'The upgrade server failed: try later, or look at the server.',
  ),
  certificate: said('检查时钟和 `upgrade.caFile`。', 'Check the clock and `upgrade.caFile`.'),
  'disk-full': said('清理数据分区后重试。', 'Make room on the data partition and try again.'),
  disk: said('更换存储；更换前先备份数据目录。', 'Replace the storage after saving the data folder.'),
  installer: said('查看 `rauc` 的日志。', 'Look at the log of `rauc`.'),
  crashed: said('一分钟后自己重来；反复出现就报修。', 'It begins anew in a minute; call support when it comes back.'),
  'did-not-start': EARLIER_RUNS,
  'files-lost': EARLIER_RUNS,
  'went-back': EARLIER_RUNS,
  journal: EARLIER_RUNS,
  gateway: EARLIER_RUNS,
  withdrawn: said('服务商收回了这次升级，不用处理。', 'The provider took it back; nothing to do.'),
  busy: said(
    '等它结束：先重启的那个装好后再下发一次。',
    'Wait until it is over; offer this one again when the other one has ended.',
  ),
  replaced: said('另一个版本取代了它，不用处理。', 'Another version took its place; nothing to do.'),
};
