/** Turns the arrow forms of emitting functions into the one form that operators call. */
import type {
  CoGroupFunction,
  CoGroupLambda,
  Collector,
  FlatMapFunction,
  FlatMapLambda,
  KeyedProcessFunction,
  KeyedProcessLambda,
  Nothing,
  ProcessAllWindowFunction,
  ProcessAllWindowLambda,
  ProcessFunction,
  ProcessJoinFunction,
  ProcessJoinLambda,
  ProcessLambda,
  ProcessWindowFunction,
  ProcessWindowLambda,
} from './functions.js';
import type { Key } from './key.js';
import type { Window } from './windows/window.js';

/** Collects returned results; anything else goes back to the caller, which refuses promises. */
function collectAll<OUT>(returned: Iterable<OUT> | Nothing, out: Collector<OUT>): Nothing {
  if (returned === undefined) return undefined;
  if (returned === null || typeof (returned as Partial<Iterable<OUT>>)[Symbol.iterator] !== 'function') {
    return returned as unknown as Nothing;
  }
  for (const value of returned) out.collect(value);
  return undefined;
}

export function toFlatMapFunction<IN, OUT>(
  fn: FlatMapLambda<IN, OUT> | FlatMapFunction<IN, OUT>,
): FlatMapFunction<IN, OUT> {
  if (typeof fn !== 'function') return fn;
  const lambda = fn as FlatMapLambda<IN, OUT>;
  return (value, out) => collectAll(lambda(value, out), out);
}

export function toProcessFunction<IN, OUT>(
  fn: ProcessLambda<IN, OUT> | ProcessFunction<IN, OUT>,
): ProcessFunction<IN, OUT> {
  if (typeof fn !== 'function') return fn;
  return { processElement: (value, context, out) => collectAll(fn(value, context, out), out) };
}

export function toKeyedProcessFunction<K extends Key, IN, OUT>(
  fn: KeyedProcessLambda<K, IN, OUT> | KeyedProcessFunction<K, IN, OUT>,
): KeyedProcessFunction<K, IN, OUT> {
  if (typeof fn !== 'function') return fn;
  return { processElement: (value, context, out) => collectAll(fn(value, context, out), out) };
}

export function toProcessWindowFunction<IN, OUT, K extends Key, W extends Window>(
  fn: ProcessWindowLambda<IN, OUT, K, W> | ProcessWindowFunction<IN, OUT, K, W>,
): ProcessWindowFunction<IN, OUT, K, W> {
  if (typeof fn !== 'function') return fn;
  return { process: (key, context, elements, out) => collectAll(fn(key, context, elements, out), out) };
}

/** Windows over a whole stream are keyed by a constant, which their functions do not see. */
export function toKeyedWindowFunction<IN, OUT, W extends Window>(
  fn: ProcessAllWindowLambda<IN, OUT, W> | ProcessAllWindowFunction<IN, OUT, W>,
): ProcessWindowFunction<IN, OUT, Key, W> {
  if (typeof fn === 'function') {
    return { process: (_key, context, elements, out) => collectAll(fn(context, elements, out), out) };
  }
  return {
    open: (context) => fn.open?.(context),
    process: (_key, context, elements, out) => fn.process(context, elements, out),
    clear: (context) => fn.clear?.(context),
    close: () => fn.close?.(),
  };
}

export function toCoGroupFunction<IN1, IN2, OUT>(
  fn: CoGroupLambda<IN1, IN2, OUT> | CoGroupFunction<IN1, IN2, OUT>,
): CoGroupFunction<IN1, IN2, OUT> {
  if (typeof fn !== 'function') return fn;
  const lambda = fn as CoGroupLambda<IN1, IN2, OUT>;
  return (first, second, out) => collectAll(lambda(first, second, out), out);
}

export function toProcessJoinFunction<IN1, IN2, OUT>(
  fn: ProcessJoinLambda<IN1, IN2, OUT> | ProcessJoinFunction<IN1, IN2, OUT>,
): ProcessJoinFunction<IN1, IN2, OUT> {
  if (typeof fn !== 'function') return fn;
  return { processElement: (left, right, context, out) => collectAll(fn(left, right, context, out), out) };
}
