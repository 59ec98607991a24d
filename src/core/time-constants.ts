/** Event-time sentinels. All are ordinary numbers, so that comparisons need no special case. */

/** A record without event time. Mirrors: StreamRecord without timestamp. */
export const NO_TIMESTAMP = Number.NEGATIVE_INFINITY;
/** The watermark before the first one. Flink: Long.MIN_VALUE. */
export const MIN_WATERMARK = Number.NEGATIVE_INFINITY;
/** The watermark that says that event time is over. Flink: Long.MAX_VALUE. */
export const MAX_WATERMARK = Number.POSITIVE_INFINITY;
