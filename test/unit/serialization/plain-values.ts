/** Arbitrary plain data in all its kinds, and equality that sees every difference which serialization must keep. */
import fc from 'fast-check';

/** Strings of one-byte, two-byte and half characters. */
export const anyString: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.nat({ max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
  fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)) }),
);

export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    2 ** 31,
    -(2 ** 31),
    2 ** 31 - 1,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.MIN_VALUE,
  ),
);

export const anyBigint: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
  fc.constantFrom(2n ** 63n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 63n) - 1n),
);

const typedArray: fc.Arbitrary<object> = fc.oneof(
  fc.uint8Array(),
  fc.int8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

export const primitive: fc.Arbitrary<unknown> = fc.oneof(
  anyString,
  anyNumber,
  anyBigint,
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.date(),
);

const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '7', '-1', ''), anyString);

export const plainValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    primitive,
    typedArray,
    tie('list'),
    tie('object'),
    tie('map'),
    tie('set'),
  ),
  list: fc.oneof(fc.array(tie('value'), { maxLength: 6 }), fc.sparseArray(tie('value'), { maxLength: 6 })),
  object: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  map: fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
  set: fc.array(tie('value'), { maxLength: 4 }).map((elements) => new Set(elements)),
})).value;

/** Equal in type, prototype, order of keys, sign of zero, holes. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
    return Object.is(left, right);
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  if (left instanceof Date) return Object.is(left.getTime(), (right as Date).getTime());
  if (ArrayBuffer.isView(left)) return bytesOf(left).equals(bytesOf(right as ArrayBufferView));
  if (left instanceof Map) return sameSequence([...left].flat(1), [...(right as Map<unknown, unknown>)].flat(1));
  if (left instanceof Set) return sameSequence([...left], [...(right as Set<unknown>)]);
  if (Array.isArray(left) && left.length !== (right as unknown[]).length) return false;
  const keys = Object.keys(left);
  return (
    sameSequence(keys, Object.keys(right)) &&
    keys.every((name) => sameValue((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]))
  );
}

function sameSequence(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((value, index) => sameValue(value, right[index]));
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
