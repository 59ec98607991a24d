/**
 * Makes the objects of a batch from its columns. A shape that comes often gets code of its own: V8 then keeps type feedback
 * for it alone, which makes objects of seven properties in 21 ns in place of 215. Generated code makes them by an object
 * literal, as most programs do: objects from another slot and from this one then share a hidden class.
 */
import { generateFunction, isIdentifier } from '../core/generated-code.js';
import { corrupt } from './byte-reader.js';
import { setOwn } from './value-decoder.js';

/** Puts `count` objects into `out`; `columns` holds the values of each key. */
export type RecordFactory = (columns: readonly ArrayLike<unknown>[], count: number, out: unknown[]) => void;

/** Batches that a shape has to come in before code is made for it. */
const BATCHES_BEFORE_CODE = 3;
const MAX_COMPILED = 256;
let numCompiled = 0;

const factories = new WeakMap<readonly string[], RecordFactory>();

/**
 * How plain objects of these keys in this order are made; found by the identity of the array, which lasts as long as the
 * shape is remembered. Throws CORRUPT_DATA for keys that are never written as columns.
 */
export function factoryOf(keys: readonly string[]): RecordFactory {
  let factory = factories.get(keys);
  if (factory === undefined) {
    if (keys.length === 0 || keys.includes('__proto__')) throw corrupt('a shape that is never written as columns');
    factory = objectFactory(keys);
    factories.set(keys, factory);
  }
  return factory;
}

/** Interpreted at first. */
function objectFactory(keys: readonly string[]): RecordFactory {
  let batches = 0;
  let compiled: RecordFactory | undefined;
  return (columns, count, out) => {
    if (compiled === undefined && ++batches > BATCHES_BEFORE_CODE && numCompiled < MAX_COMPILED) {
      numCompiled++;
      compiled = generateObjectFactory(keys);
    }
    if (compiled === undefined) assembleObjects(keys, columns, count, out);
    else compiled(columns, count, out);
  };
}

const tupleFactories = new Map<number, RecordFactory>();

/** A factory of arrays of this length. */
export function tupleFactory(length: number): RecordFactory {
  let factory = tupleFactories.get(length);
  if (factory === undefined) {
    factory = generateTupleFactory(length);
    tupleFactories.set(length, factory);
  }
  return factory;
}

/** The twin of generated code. */
export function assembleObjects(
  keys: readonly string[],
  columns: readonly ArrayLike<unknown>[],
  count: number,
  out: unknown[],
): void {
  for (let i = 0; i < count; i++) {
    const object: Record<string, unknown> = {};
    for (let c = 0; c < keys.length; c++) setOwn(object, keys[c] as string, (columns[c] as ArrayLike<unknown>)[i]);
    out[i] = object;
  }
}

/** Does what `assembleObjects` does for these keys, of which none is `__proto__`. */
export function generateObjectFactory(keys: readonly string[]): RecordFactory {
  const properties = keys.map((key, c) => `    ${isIdentifier(key) ? key : `[keys[${c}]]`}: c${c}[i],`);
  const text = [
    'return function makeObjects(columns, count, out) {',
    `  const [${keys.map((_, c) => `c${c}`).join(', ')}] = columns;`,
    '  for (let i = 0; i < count; i++) out[i] = {',
    ...properties,
    '  };',
    '};',
  ].join('\n');
  return generateFunction('object-factory', ['keys'], text)(keys) as RecordFactory;
}

function generateTupleFactory(length: number): RecordFactory {
  const names = Array.from({ length }, (_, c) => `c${c}`);
  const text = [
    `const [${names.join(', ')}] = columns;`,
    `for (let i = 0; i < count; i++) out[i] = [${names.map((name) => `${name}[i]`).join(', ')}];`,
  ].join('\n');
  return generateFunction('tuple-factory', ['columns', 'count', 'out'], text) as unknown as RecordFactory;
}
