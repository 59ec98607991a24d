/** What may be a key, and the selector that finds it. Mirrors: KeySelector. */

export type KeyPart = string | number | bigint | boolean | Date;
/** A primitive key or a tuple of such. `-0` is `0`; `1` and `1n` differ; NaN, null and undefined are refused. */
export type Key = KeyPart | readonly KeyPart[];

/** Extracts the key of a record: pure, and the same for the same record everywhere. */
export type KeySelector<T, K extends Key> = (value: T) => K;
