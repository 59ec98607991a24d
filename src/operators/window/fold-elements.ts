/**
 * What a window function gets of a list of records: all of them, or the one value that they fold to, where an evictor
 * rules out folding them as they come. Mirrors: ReduceApplyWindowFunction, AggregateApplyWindowFunction.
 */
import type { AggregateFunction } from '../../api/functions.js';
import type { WindowContents } from '../../api/transformation.js';
import { badResult, checkMethods, isThenable, methodOf } from '../user-function.js';

/** Undefined when there is nothing to give: no records to be reduced. Of no records, an aggregate has a result. */
export type ElementFold = (values: readonly unknown[]) => readonly unknown[] | undefined;

export function elementFold(contents: WindowContents, operator: string): ElementFold {
  switch (contents.kind) {
    case 'list':
      return (values) => values;
    case 'reduce':
      return reducing(methodOf(contents.fn, 'reduce', operator), operator);
    case 'aggregate':
      checkMethods(contents.fn, ['createAccumulator', 'add', 'getResult'], operator);
      return aggregating(contents.fn, operator);
  }
}

function reducing(reduce: (a: unknown, b: unknown) => unknown, operator: string): ElementFold {
  return (values) => {
    let folded = values[0];
    if (folded === undefined) return undefined;
    for (let i = 1; i < values.length; i++) folded = checked(reduce(folded, values[i]), operator, values[i]);
    return [folded];
  };
}

function aggregating(fn: AggregateFunction<unknown, unknown, unknown>, operator: string): ElementFold {
  return (values) => {
    let accumulator = fn.createAccumulator();
    for (const value of values) accumulator = checked(fn.add(value, accumulator), operator, value);
    return [checked(fn.getResult(accumulator), operator, accumulator)];
  };
}

function checked(result: unknown, operator: string, record: unknown): unknown {
  if (result === undefined || (typeof result === 'object' && isThenable(result)))
    throw badResult(result, operator, record);
  return result;
}
