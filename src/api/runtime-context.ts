/** What a rich function may ask of the task that runs it. Mirrors: RuntimeContext, OpenContext. */
import type { Accumulator } from './accumulators/accumulator.js';
import type { DoubleCounter, IntCounter, LongCounter } from './accumulators/counters.js';
import type { KeyedStateStore } from './state.js';

export interface Counter {
  inc(by?: number): void;
  readonly count: number;
}

export interface MetricGroup {
  counter(name: string): Counter;
  gauge(name: string, read: () => number): void;
}

export interface TaskInfo {
  /** Name of the operator, e.g. `Map`. */
  readonly taskName: string;
  readonly indexOfThisSubtask: number;
  readonly numberOfParallelSubtasks: number;
  readonly maxNumberOfParallelSubtasks: number;
  /** 0 for the first attempt. */
  readonly attemptNumber: number;
}

export interface RuntimeContext extends KeyedStateStore {
  readonly jobName: string;
  readonly jobId: string;
  readonly taskInfo: TaskInfo;
  readonly metricGroup: MetricGroup;
  /** Parameters set by `env.getConfig().setGlobalJobParameters`. */
  readonly globalJobParameters: Readonly<Record<string, string>>;
  /**
   * Makes the accumulator part of the job's result, merged with those of the same name in all other operators and
   * subtasks. What a failed attempt had counted does not count. Throws ACCUMULATOR_EXISTS when this operator has one of
   * the name, ACCUMULATOR_TYPE_CONFLICT when an operator beside it has one of another type, ACCUMULATOR_SHARED when the
   * object was added before.
   */
  addAccumulator<V, R>(name: string, accumulator: Accumulator<V, R>): void;
  /** What this operator added under the name; undefined when there is none. */
  getAccumulator<V, R>(name: string): Accumulator<V, R> | undefined;
  /** The counter of the name, which is added at the first call. Throws ACCUMULATOR_TYPE_CONFLICT. */
  getIntCounter(name: string): IntCounter;
  /** As `getIntCounter`. */
  getLongCounter(name: string): LongCounter;
  /** As `getIntCounter`. */
  getDoubleCounter(name: string): DoubleCounter;
}

/** Life cycle of functions with resources: open before the first record, close exactly once at the end or on failure. */
export interface RichFunction {
  open?(context: RuntimeContext): void | Promise<void>;
  close?(): void | Promise<void>;
}
