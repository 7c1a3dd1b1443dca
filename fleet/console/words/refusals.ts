import { fill, type Language } from './language.ts';

/** What the service refuses with, by its code; `{why}` is the service's own sentence, where it names what only it knows. */
const ZH: Readonly<Record<string, string>> = {
  'bad-request': '内容有误：{why}',
  'not-json': '内容有误：{why}',
  'bad-cursor': '列表已经变化，请重新打开',
  'not-found': '找不到：{why}',
  'not-open': '这条告警已被他人接手，或已不存在',
  'not-sendable': '无法下发：{why}',
  'bad-token': '令牌无效、已吊销或已过期',
  'no-token': '请先登录',
  'session-ended': '登录已结束，请重新登录',
  'cross-site': '请求来自其他网站，已拒绝',
  'no-provider': '身份服务暂时连不上，可改用令牌登录',
  'no-sign-in': '没有进行中的登录，或等待过久，请重新登录',
  refused: '身份服务没有确认这次登录，请重新登录',
  role: '当前角色没有这项权限：{why}',
  state: '现在的状态不能这样做，请刷新后再看',
  'other-release': '审批的文件哈希与这次升级的不一致',
  'own-campaign': '创建人不能审批自己的升级，需要第二位操作员',
  limits: '只有在继续时才能修改停止条件',
  'no-terminal': '没有符合条件的终端',
  taken: '同一编号的指令已经发出过',
  'too-large': '内容过长：{why}',
  internal: '服务内部出错，详情在服务日志里',
};

/** A refusal in the reader's language; one without words here keeps those of the service. */
export function refusalIn(
  language: Language,
  { code, message }: { readonly code: string; readonly message: string },
): string {
  const told = language === 'zh' ? ZH[code] : undefined;
  return told === undefined ? message : fill(told, { why: message });
}
