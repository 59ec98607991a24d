/**
 * Makes the objects of a batch from its columns. A shape that comes often gets code of its own: V8 then keeps type feedback
 * for it alone, which makes objects of seven properties in 33 ns in place of 215. The code depends only on the number of
 * properties; their names are arguments and never become code.
 */
import { generateFunction } from '../core/generated-code.js';
import { setOwn } from './value-decoder.js';

/** Puts `count` objects into `out`; `columns` holds the values of each key. */
export type RecordFactory = (columns: readonly ArrayLike<unknown>[], count: number, out: unknown[]) => void;

/** Batches that a shape has to come in before code is made for it. */
const BATCHES_BEFORE_CODE = 3;
const MAX_COMPILED = 256;
let numCompiled = 0;

/** A factory of plain objects with these keys in this order. */
export function objectFactory(keys: readonly string[]): RecordFactory {
  let batches = 0;
  let compiled: RecordFactory | undefined;
  return (columns, count, out) => {
    if (compiled === undefined && ++batches > BATCHES_BEFORE_CODE && numCompiled < MAX_COMPILED) {
      numCompiled++;
      compiled = compileObjectFactory(keys);
    }
    if (compiled === undefined) assemble(keys, columns, count, out);
    else compiled(columns, count, out);
  };
}

const tupleFactories = new Map<number, RecordFactory>();

/** A factory of arrays of this length. */
export function tupleFactory(length: number): RecordFactory {
  let factory = tupleFactories.get(length);
  if (factory === undefined) {
    factory = compileTupleFactory(length);
    tupleFactories.set(length, factory);
  }
  return factory;
}

function assemble(
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

/** A constructor whose prototype is Object's makes plain objects, with room for all properties inside the object. */
function compileObjectFactory(keys: readonly string[]): RecordFactory {
  const names = keys.map((_, c) => c);
  const code = `const [${names.map((c) => `k${c}`).join()}] = keys;
    function Row(${names.map((c) => `v${c}`).join()}) {
      ${names.map((c) => `this[k${c}] = v${c};`).join('\n      ')}
    }
    Row.prototype = Object.prototype;
    return (columns, count, out) => {
      const [${names.map((c) => `c${c}`).join()}] = columns;
      for (let i = 0; i < count; i++) out[i] = new Row(${names.map((c) => `c${c}[i]`).join()});
    };`;
  return generateFunction('record-factory', ['keys'], code)(keys) as RecordFactory;
}

function compileTupleFactory(length: number): RecordFactory {
  const names = Array.from({ length }, (_, c) => `c${c}`);
  const code = `const [${names.join()}] = columns;
    for (let i = 0; i < count; i++) out[i] = [${names.map((name) => `${name}[i]`).join()}];`;
  return generateFunction('tuple-factory', ['columns', 'count', 'out'], code) as unknown as RecordFactory;
}
