/**
 * The bytes that tell what follows in a serialized value, shared by encoder and decoder.
 *
 *   INT       zigzag varint of an int32 (never -0)      ARRAY        varint count, values; HOLE for a missing element
 *   DOUBLE    float64                                   OBJECT       varint shape, values in the order of its keys
 *   LATIN1    varint length, one byte a unit            NEW_SHAPE    a shape (object-shape.ts); then as OBJECT of it
 *   UTF16     varint length, two bytes a unit           DICTIONARY   varint count, (key, value)*; more keys than a shape has
 *   BIGINT64  int64                                     NULL_PROTO   as DICTIONARY, for an object without prototype
 *   BIGINT    sign byte, varint length, magnitude       MAP, SET     varint count, (key, value)* or value*
 *   DATE      float64 milliseconds                      TYPED_ARRAY  index in TYPED_ARRAYS, varint byte length, bytes
 */
export const Tag = {
  NULL: 0,
  UNDEFINED: 1,
  FALSE: 2,
  TRUE: 3,
  INT: 4,
  DOUBLE: 5,
  LATIN1: 6,
  UTF16: 7,
  BIGINT64: 8,
  BIGINT: 9,
  DATE: 10,
  ARRAY: 11,
  HOLE: 12,
  OBJECT: 13,
  NEW_SHAPE: 14,
  DICTIONARY: 15,
  NULL_PROTO: 16,
  MAP: 17,
  SET: 18,
  TYPED_ARRAY: 19,
} as const;

/** Values nested deeper than this are refused; a value that refers to itself is one of them. */
export const MAX_DEPTH = 400;
/** In one stream. */
export const MAX_SHAPES = 1024;

/** Their order is part of the format. */
export const TYPED_ARRAYS = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

/** Index that stands for a Node Buffer; it follows those of TYPED_ARRAYS. */
export const BUFFER_INDEX = TYPED_ARRAYS.length;
