import * as v from 'valibot';
import { absent, NaturalSchema, TextSchema } from './wire.ts';

const ClerkSchema = v.object({ staff_id: TextSchema, staff_name: absent(TextSchema) });

/** → `query_shop_info` (§7.12), of each shop only what a terminal needs. */
export const ShopInfoAnswerSchema = v.object({
  query_shop_info: v.object({
    total_count: NaturalSchema,
    shop_infos: v.nullish(
      v.array(v.object({ out_shop_id: absent(TextSchema), staff_infos: v.nullish(v.array(ClerkSchema), []) })),
      [],
    ),
  }),
});
