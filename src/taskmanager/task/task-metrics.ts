/** Counters of one task: records, time by what the task was doing, and what users and operators register. */
import type { Counter, MetricGroup } from '../../api/runtime-context.js';
import type { ExecutionAttemptId } from '../../core/ids.js';
import { MIN_WATERMARK } from '../../core/time-constants.js';
import type { TaskMetrics } from '../../protocol/task-execution-state.js';

/** `holding`: an operator waits for answers and lets no record in. Those before it wait for it: it counts as busy. */
export type TaskCondition = 'busy' | 'holding' | 'idle' | 'backPressured';

export class TaskMetricGroup {
  numRecordsIn = 0;
  numRecordsOut = 0;
  currentOutputWatermark = MIN_WATERMARK;
  private readonly timeMs = { busy: 0, holding: 0, idle: 0, backPressured: 0 };
  private readonly counters = new Map<string, { count: number }>();
  private readonly gauges = new Map<string, () => number>();
  private lastChange: number;
  private condition: TaskCondition = 'idle';
  private lastStepStart = 0;
  private longestStepGapMs = 0;

  constructor(nowMs: number) {
    this.lastChange = nowMs;
  }

  /** Books the time since the last call on what the task was doing, and notes what it does from now on. */
  enter(condition: TaskCondition, nowMs: number): void {
    this.timeMs[this.condition] += nowMs - this.lastChange;
    this.lastChange = nowMs;
    this.condition = condition;
  }

  /**
   * A step begins. While a task has more to do, the time from one step's beginning to the next is how long a message or
   * timer may wait for it: its own step, those of other tasks of the slot, and pauses of the garbage collector.
   */
  beginStep(startedMs: number): void {
    if (this.condition === 'busy')
      this.longestStepGapMs = Math.max(this.longestStepGapMs, startedMs - this.lastStepStart);
    this.lastStepStart = startedMs;
    this.enter('busy', startedMs);
  }

  /** A metric of the task itself. What is added several times under one name is summed up. */
  addGauge(name: string, read: () => number): void {
    const other = this.gauges.get(name);
    this.gauges.set(name, other === undefined ? read : () => other() + read());
  }

  /** Metrics of one operator, reported as `operator name.metric`. */
  groupOf(operator: string): MetricGroup {
    return {
      counter: (name) => this.counterOf(`${operator}.${name}`),
      gauge: (name, read) => void this.gauges.set(`${operator}.${name}`, read),
    };
  }

  snapshot(attemptId: ExecutionAttemptId, nowMs: number): TaskMetrics {
    this.enter(this.condition, nowMs);
    const metrics: Record<string, number> = {};
    for (const [name, counter] of this.counters) metrics[name] = counter.count;
    for (const [name, read] of this.gauges) metrics[name] = read();
    return {
      attemptId,
      numRecordsIn: this.numRecordsIn,
      numRecordsOut: this.numRecordsOut,
      currentOutputWatermark: this.currentOutputWatermark,
      busyMs: this.timeMs.busy + this.timeMs.holding,
      backPressuredMs: this.timeMs.backPressured,
      idleMs: this.timeMs.idle,
      longestStepGapMs: this.longestStepGapMs,
      metrics,
    };
  }

  private counterOf(key: string): Counter {
    let counter = this.counters.get(key);
    if (counter === undefined) {
      counter = { count: 0 };
      this.counters.set(key, counter);
    }
    const found = counter;
    return {
      inc: (by = 1) => {
        found.count += by;
      },
      get count() {
        return found.count;
      },
    };
  }
}
