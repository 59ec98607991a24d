/** Finds the smallest heap with which Flink is about as fast as with any. Pure but for the runs it asks for. */

/** Gigabytes, ascending. */
const HEAPS = [1, 2, 4] as const;
const GOOD_ENOUGH = 0.95;

/**
 * `rateWith` runs the query with a heap and answers its rate, 0 when that failed: too little memory is no
 * error here. The smallest and the largest heap are tried first, because they mostly decide it.
 */
export async function smallestGoodHeap(rateWith: (gigabytes: number) => Promise<number>): Promise<number> {
  const [small, middle, large] = HEAPS;
  const smallRate = await rateWith(small);
  const largeRate = await rateWith(large);
  if (smallRate >= GOOD_ENOUGH * largeRate) return small;
  const middleRate = await rateWith(middle);
  const best = Math.max(smallRate, middleRate, largeRate);
  if (smallRate >= GOOD_ENOUGH * best) return small;
  return middleRate >= GOOD_ENOUGH * best ? middle : large;
}
