/** Steps of an upgrade that are written down, shown and told. */
export type UpgradeStep =
  | 'offered'
  | 'current'
  | 'refused'
  | 'staged'
  | 'switching'
  | 'trial'
  | 'confirmed'
  | 'rolled-back'
  | 'failed'
  | 'withdrawn';
