/** A whole stream cut into windows, handled by a single subtask. Mirrors: AllWindowedStream. */
import type { DataStream } from './data-stream.js';
import { type Duration, toMillis } from './duration.js';
import type { TimeKind } from './event-time.js';
import {
  type ComparableField,
  maxByOf,
  maxOf,
  minByOf,
  minOf,
  type NumericField,
  sumOf,
} from './field-aggregations.js';
import { toKeyedWindowFunction } from './function-adapters.js';
import type {
  AggregateFunction,
  ProcessAllWindowFunction,
  ProcessAllWindowLambda,
  ReduceFunction,
  Sync,
} from './functions.js';
import type { OutputTag } from './output-tag.js';
import type { SingleOutputStreamOperator } from './single-output-stream-operator.js';
import type { Erased, WindowContents } from './transformation.js';
import {
  defaultWindowSettings,
  windowDefinition,
  windowOperatorName,
  type WindowSettings,
} from './window-definition.js';
import type { Evictor } from './windows/evictor.js';
import type { Trigger } from './windows/trigger.js';
import type { Window } from './windows/window.js';
import type { WindowAssigner } from './windows/window-assigner.js';

/** A window function in either form. */
type AllWindowFunction<IN, OUT, W extends Window> =
  | ProcessAllWindowLambda<IN, OUT, W>
  | ProcessAllWindowFunction<IN, OUT, W>;

/** The key of all records. */
const theKey = (): number => 0;

export class AllWindowedStream<T, W extends Window, TIME extends TimeKind = TimeKind> {
  private readonly input: DataStream<T, TIME>;
  private readonly settings: WindowSettings<T, W>;

  constructor(
    input: DataStream<T, TIME>,
    assigner: WindowAssigner<T, W>,
    settings: WindowSettings<T, W> = defaultWindowSettings(assigner),
  ) {
    this.input = input;
    this.settings = settings;
  }

  /** Replaces the assigner's default trigger. */
  trigger(trigger: Trigger<T, W>): AllWindowedStream<T, W, TIME> {
    return this.with({ trigger });
  }

  /** Takes records out of a window when it fires. The window keeps all its records for that: they are folded on firing. */
  evictor(evictor: Evictor<T, W>): AllWindowedStream<T, W, TIME> {
    return this.with({ evictor });
  }

  /** How long after its end (event time) a window still takes late records, and fires again for them. Default 0. */
  allowedLateness(lateness: Duration): AllWindowedStream<T, W, TIME> {
    return this.with({ allowedLatenessMs: toMillis(lateness, 'allowedLateness') });
  }

  /** Sends records that come after the allowed lateness to a side output instead of dropping them. */
  sideOutputLateData(tag: OutputTag<T>): AllWindowedStream<T, W, TIME> {
    return this.with({ lateTag: tag });
  }

  /** Folds the records of each window as they come; the second function sees the one result, with the window. */
  reduce(fn: ReduceFunction<T>): SingleOutputStreamOperator<T, TIME>;
  reduce<OUT>(
    fn: ReduceFunction<T>,
    windowFunction: AllWindowFunction<T, OUT, W>,
  ): SingleOutputStreamOperator<OUT, TIME>;
  reduce<OUT>(
    fn: ReduceFunction<T>,
    windowFunction?: AllWindowFunction<T, OUT, W>,
  ): SingleOutputStreamOperator<Erased, TIME> {
    return this.apply({ kind: 'reduce', fn }, windowFunction);
  }

  /** Like `reduce`, with an accumulator of another type. */
  aggregate<ACC, R>(fn: AggregateFunction<T, ACC, Sync<R>>): SingleOutputStreamOperator<R, TIME>;
  aggregate<ACC, R, OUT>(
    fn: AggregateFunction<T, ACC, R>,
    windowFunction: AllWindowFunction<R, OUT, W>,
  ): SingleOutputStreamOperator<OUT, TIME>;
  aggregate<ACC, R, OUT>(
    fn: AggregateFunction<T, ACC, R>,
    windowFunction?: AllWindowFunction<R, OUT, W>,
  ): SingleOutputStreamOperator<Erased, TIME> {
    return this.apply({ kind: 'aggregate', fn }, windowFunction);
  }

  /** Keeps all records of a window and gives them to the function when it fires. */
  process<OUT>(windowFunction: AllWindowFunction<T, OUT, W>): SingleOutputStreamOperator<OUT, TIME> {
    return this.apply({ kind: 'list' }, windowFunction);
  }

  /** The sum of a field over the window; other fields are those of its first record. */
  sum<F extends keyof T>(field: NumericField<T, F>): SingleOutputStreamOperator<T, TIME> {
    return this.reduce(sumOf<T>(field));
  }

  min<F extends keyof T>(field: ComparableField<T, F>): SingleOutputStreamOperator<T, TIME> {
    return this.reduce(minOf<T>(field));
  }

  max<F extends keyof T>(field: ComparableField<T, F>): SingleOutputStreamOperator<T, TIME> {
    return this.reduce(maxOf<T>(field));
  }

  /** The record with the smallest value of the window; among equals the first, or the last when `first` is false. */
  minBy<F extends keyof T>(field: ComparableField<T, F>, first = true): SingleOutputStreamOperator<T, TIME> {
    return this.reduce(minByOf<T>(field, first));
  }

  maxBy<F extends keyof T>(field: ComparableField<T, F>, first = true): SingleOutputStreamOperator<T, TIME> {
    return this.reduce(maxByOf<T>(field, first));
  }

  private with(changes: Partial<WindowSettings<T, W>>): AllWindowedStream<T, W, TIME> {
    return new AllWindowedStream(this.input, this.settings.assigner, { ...this.settings, ...changes });
  }

  private apply<OUT>(
    contents: WindowContents,
    fn: AllWindowFunction<Erased, OUT, W> | undefined,
  ): SingleOutputStreamOperator<OUT, TIME> {
    const windowFunction = fn === undefined ? undefined : toKeyedWindowFunction(fn);
    const definition = windowDefinition(this.settings, contents, windowFunction as Erased);
    return this.input
      .keyBy(theKey)
      .transform(windowOperatorName(this.settings), definition, { parallelism: 1, isNonParallel: true });
  }
}
