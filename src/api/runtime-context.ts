/** What a rich function may ask of the task that runs it. Mirrors: RuntimeContext, OpenContext. */
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
}

/** Life cycle of functions with resources: open before the first record, close exactly once at the end or on failure. */
export interface RichFunction {
  open?(context: RuntimeContext): void | Promise<void>;
  close?(): void | Promise<void>;
}
