/** Where in a value is what the encoder refused? Walks the value again, so that encoding itself keeps no path. */
import { renderValue } from './render-value.js';
import { BUFFER_INDEX, MAX_DEPTH, TYPED_ARRAYS } from './value-tags.js';

export interface Unserializable {
  /** `$.a[3].b`; `$` is the value itself. */
  readonly path: string;
  /** What is there, in words. */
  readonly what: string;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const PATH_CHARACTERS = 200;

/** The first place in the order of encoding. If nothing is found (the value changes as it is read), the value itself. */
export function findUnserializable(value: unknown): Unserializable {
  return find(value, '$', []) ?? { path: '$', what: renderValue(value) };
}

function find(value: unknown, path: string, ancestors: readonly object[]): Unserializable | undefined {
  if (typeof value === 'function') return { path, what: `the function ${value.name || '(anonymous)'}` };
  if (typeof value === 'symbol') return { path, what: `the symbol ${String(value)}` };
  if (typeof value !== 'object' || value === null) return undefined;
  if (ancestors.includes(value)) return { path: shorten(path), what: 'a reference to an enclosing value' };
  if (ancestors.length >= MAX_DEPTH)
    return { path: shorten(path), what: `a value nested more than ${MAX_DEPTH} levels deep` };
  return findInside(value, path, [...ancestors, value]);
}

function findInside(value: object, path: string, ancestors: readonly object[]): Unserializable | undefined {
  try {
    for (const [part, element] of partsOf(value)) {
      const found = find(element, path + part, ancestors);
      if (found !== undefined) return found;
    }
    return undefined;
  } catch (error) {
    if (error instanceof NotPlainError) return { path: shorten(path), what: `an instance of ${classNameOf(value)}` };
    return { path: shorten(path), what: 'a property that throws when it is read' };
  }
}

class NotPlainError extends Error {}

/** What the encoder would write of an object, each with its step of the path. */
function* partsOf(value: object): Generator<readonly [string, unknown]> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    for (const key of Object.keys(value)) yield [stepOf(key), (value as Readonly<Record<string, unknown>>)[key]];
  } else if (prototype === Array.prototype && Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) yield [`[${i}]`, value[i]];
  } else if (prototype === Map.prototype && value instanceof Map) {
    yield* partsOfMap(value);
  } else if (prototype === Set.prototype && value instanceof Set) {
    let index = 0;
    for (const element of value) yield [`.<element ${index++}>`, element];
  } else if (prototype !== Date.prototype && typedArrayKind(value) < 0) {
    throw new NotPlainError();
  }
}

function* partsOfMap(value: ReadonlyMap<unknown, unknown>): Generator<readonly [string, unknown]> {
  let index = 0;
  for (const [key, element] of value) {
    yield [`.<key ${index++}>`, key];
    yield [`.get(${renderValue(key)})`, element];
  }
}

/** Its number in the format, -1 for views and subclasses that are not of the format. */
export function typedArrayKind(value: object): number {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Buffer.prototype) return BUFFER_INDEX;
  return TYPED_ARRAYS.findIndex((type) => type.prototype === prototype);
}

function stepOf(key: string): string {
  return IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function shorten(path: string): string {
  return path.length > PATH_CHARACTERS ? `${path.slice(0, PATH_CHARACTERS)}…` : path;
}

function classNameOf(value: object): string {
  const type: unknown = (value as { constructor?: unknown }).constructor;
  return typeof type === 'function' && type.name !== '' ? type.name : 'an anonymous class';
}
