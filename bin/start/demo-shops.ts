/** Shops of make-believe with their counters: as a chain in one city has them, large and small. */
const SHOPS: readonly (readonly [name: string, counters: readonly string[]])[] = [
  ['青禾超市·科技园店', ['收银台 1', '收银台 2', '收银台 3', '收银台 4', '服务台', '自助 1', '自助 2']],
  ['早安豆浆·粤海店', ['前台', '外带窗口']],
  ['早安豆浆·海岸城店', ['前台', '外带窗口', '二楼']],
  ['南山茶语·后海店', ['吧台']],
  ['南山茶语·蛇口店', ['吧台', '手持 1']],
  ['福田书房', ['一楼收银', '二楼收银', '咖啡角']],
  ['老罗牛肉面·东门店', ['前台', '后厨窗口']],
  ['老罗牛肉面·水贝店', ['前台']],
  ['宝安快修汽车服务', ['接待台', '洗车区']],
  ['盐田渔港海鲜', ['大堂', '外卖台', '手持 1', '手持 2']],
  ['小满花艺·中心城店', ['花房']],
  ['龙岗蔬果直送', ['档口 A12', '档口 A13', '档口 B07']],
  ['百草堂药房·景田店', ['处方柜台', '收银台']],
  ['百草堂药房·梅林店', ['收银台']],
  ['星桥影城·壹方城', ['售票 1', '售票 2', '卖品部', '停车验券']],
  ['阿珍肠粉', ['档口']],
  ['云栖健身·车公庙店', ['前台']],
  ['光明乳鸽农庄', ['大堂', '包间手持', '特产柜台']],
  ['前海停车·T3 库', ['东出口', '西出口', '岗亭']],
  ['文和印务', ['柜台']],
  ['晨曦便利·坂田地铁站', ['收银台 1', '收银台 2']],
];
const COUNTERS = SHOPS.flatMap(([shop, counters]) => counters.map((counter) => `${shop} / ${counter}`));

/** The label of the n-th simulated terminal, from 0: `shop / counter`; beyond the list the chain opens further branches. */
export function demoLabel(index: number): string {
  const label = COUNTERS[index % COUNTERS.length] ?? '';
  const round = Math.floor(index / COUNTERS.length);
  return round === 0 ? label : label.replace(' / ', ` ${round + 1} / `);
}
