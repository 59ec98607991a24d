/** What a job that has finished leaves to the program. Mirrors: JobExecutionResult. */
import { type AccumulatorSnapshots, resultOf } from './accumulators/accumulator-snapshots.js';

export class JobExecutionResult {
  readonly jobId: string;
  readonly jobName: string;
  /** Wall-clock milliseconds from submission to the end. */
  readonly netRuntimeMs: number;
  private readonly accumulators: AccumulatorSnapshots;

  constructor(jobId: string, jobName: string, netRuntimeMs: number, accumulators: AccumulatorSnapshots) {
    this.jobId = jobId;
    this.jobName = jobName;
    this.netRuntimeMs = netRuntimeMs;
    this.accumulators = accumulators;
  }

  /**
   * The accumulator of this name, merged over all subtasks; undefined when no function added one. Throws
   * ACCUMULATOR_TYPE_CONFLICT or ACCUMULATOR_VALUE_INVALID when its parts cannot be put together.
   */
  getAccumulatorResult<R>(name: string): R | undefined {
    const snapshot = Object.hasOwn(this.accumulators, name) ? this.accumulators[name] : undefined;
    return snapshot === undefined ? undefined : (resultOf(snapshot) as R);
  }

  /** All of them, by name; throws as `getAccumulatorResult`. */
  getAllAccumulatorResults(): Readonly<Record<string, unknown>> {
    return accumulatorResults(this.accumulators);
  }
}

/** Throws what kept one of them from being merged. */
export function accumulatorResults(snapshots: AccumulatorSnapshots): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(snapshots).map(([name, snapshot]) => [name, resultOf(snapshot)]));
}
