/** What an operator object emits into: the rest of its chain, with records checked on the way where that is asked for. */
import type { Output } from '../../operators/stream-operator.js';
import type { ChainTarget } from './chain-target.js';
import type { RecordChecks } from './record-checks.js';
import type { TaskMetricGroup } from './task-metrics.js';

export class ChainOutput implements Output {
  private readonly target: ChainTarget;
  private readonly sideTargets: ReadonlyMap<string, ChainTarget>;
  private readonly checks: RecordChecks;
  private emitted = 0;

  constructor(
    target: ChainTarget,
    sideTargets: ReadonlyMap<string, ChainTarget>,
    checks: RecordChecks,
    metrics: TaskMetricGroup,
    operator: string,
  ) {
    this.target = target;
    this.sideTargets = sideTargets;
    this.checks = checks;
    metrics.groupOf(operator).gauge('numRecordsOut', () => this.emitted);
  }

  // hot path
  collect(value: unknown, timestamp: number): void {
    this.emitted++;
    this.target.push(--this.checks.untilNext > 0 ? value : this.checks.check(value), timestamp);
  }

  collectSide(tagId: string, value: unknown, timestamp: number): void {
    this.sideTargets.get(tagId)?.push(this.checks.check(value), timestamp);
  }

  emitWatermark(timestamp: number): void {
    this.target.watermark(timestamp);
    for (const side of this.sideTargets.values()) side.watermark(timestamp);
  }

  emitIdle(isIdle: boolean): void {
    this.target.idle(isIdle);
    for (const side of this.sideTargets.values()) side.idle(isIdle);
  }
}
