/** Three ranks of prices, which several queries count separately. */

export type PriceRank = 1 | 2 | 3;

/** 1 below 10,000 cents, 3 from 1,000,000 on, 2 in between. */
export function rankOf(price: number): PriceRank {
  if (price < 10_000) return 1;
  return price < 1_000_000 ? 2 : 3;
}
