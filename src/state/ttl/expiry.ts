/**
 * What states with a time to live keep in a cell, and when it is over. Plain data, so that it can be stored as it is.
 * Mirrors: TtlValue, TtlUtils.
 *
 *   value, reducing, aggregating    { value, at }
 *   list                            { values: [a, b, …], at: [time of a, time of b, …] }
 *   map                             Map of { value, at }
 */

/** `at` is the processing time, in ms, that the time to live counts from. */
export interface TtlValue {
  value: unknown;
  at: number;
}

export interface TtlList {
  values: unknown[];
  at: number[];
}

export type MapKeyOfUser = string | number | bigint | boolean;
export type TtlMap = Map<MapKeyOfUser, TtlValue>;

export type TtlStateKind = 'value' | 'list' | 'map' | 'reducing' | 'aggregating';
export type TtlContent = TtlValue | TtlList | TtlMap;

export function isExpired(at: number, now: number, timeToLiveMs: number): boolean {
  return at + timeToLiveMs <= now;
}

/** The same object without what is over; undefined when nothing is left. */
export function withoutExpired(content: TtlContent, now: number, timeToLiveMs: number): TtlContent | undefined {
  if (content instanceof Map) {
    for (const [key, { at }] of content) if (isExpired(at, now, timeToLiveMs)) content.delete(key);
    return content.size > 0 ? content : undefined;
  }
  if (typeof content.at === 'number') return isExpired(content.at, now, timeToLiveMs) ? undefined : content;
  return listWithoutExpired(content as TtlList, now, timeToLiveMs);
}

/** Whoever was given the values keeps them as they were. */
export function listWithoutExpired(list: TtlList, now: number, timeToLiveMs: number): TtlList | undefined {
  const { values, at } = list;
  if (!at.some((time) => isExpired(time, now, timeToLiveMs))) return list;
  const isAlive = (_: unknown, i: number): boolean => !isExpired(at[i] as number, now, timeToLiveMs);
  list.values = values.filter(isAlive);
  list.at = at.filter(isAlive);
  return list.values.length > 0 ? list : undefined;
}

/** The time that the first part of it counts from. */
export function oldestIn(content: TtlContent): number {
  let oldest = Number.POSITIVE_INFINITY;
  if (content instanceof Map) for (const { at } of content.values()) oldest = Math.min(oldest, at);
  else if (typeof content.at === 'number') return content.at;
  else for (const at of content.at) oldest = Math.min(oldest, at);
  return oldest;
}

/** How many parts it has: fewer than before when some were over. */
export function sizeOf(content: TtlContent): number {
  if (content instanceof Map) return content.size;
  return typeof content.at === 'number' ? 1 : content.at.length;
}

/** Whether a state of this kind could have written the content. */
export function isOfKind(content: unknown, kind: TtlStateKind): boolean {
  if (typeof content !== 'object' || content === null) return false;
  if (kind === 'map') return content instanceof Map;
  return kind === 'list' ? 'values' in content : 'value' in content;
}
