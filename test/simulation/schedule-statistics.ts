/** Adds up what many schedules did, for people and for the rule that the faults must be worth the name. */
import type { FaultKind } from '../../src/testing/simulation/fault-injector.js';
import type { ScheduleReport } from '../../src/testing/simulation/simulation.js';

export class ScheduleStatistics {
  readonly hitsByKind = new Map<FaultKind, number>();
  readonly violations: string[] = [];
  numSchedules = 0;
  private readonly outcomes = new Map<string, number>();
  private numEvents = 0;
  private numRestarts = 0;
  private virtualMs = 0;
  private readonly startedMs = performance.now();

  add(report: ScheduleReport): void {
    this.numSchedules++;
    this.numEvents += report.numEvents;
    this.numRestarts += report.numRestarts;
    this.virtualMs += report.virtualMs;
    this.outcomes.set(report.status, (this.outcomes.get(report.status) ?? 0) + 1);
    for (const [kind, count] of report.hits) this.hitsByKind.set(kind, (this.hitsByKind.get(kind) ?? 0) + count);
    if (report.violation !== undefined) this.violations.push(`seed ${report.seed}: ${report.violation.message}`);
  }

  get hitsPerSchedule(): number {
    let sum = 0;
    for (const count of this.hitsByKind.values()) sum += count;
    return sum / this.numSchedules;
  }

  get schedulesPerMinute(): number {
    return (this.numSchedules / (performance.now() - this.startedMs)) * 60_000;
  }

  summary(): readonly string[] {
    const perSchedule = (sum: number): string => (sum / this.numSchedules).toFixed(1);
    const outcomes = [...this.outcomes].sort().map(([status, count]) => `${status} ${count}`);
    const kinds = [...this.hitsByKind].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${kind} ${count}`);
    return [
      `${this.numSchedules} schedules, ${this.violations.length} violations, ${Math.round(this.schedulesPerMinute)} schedules per minute`,
      `per schedule: ${perSchedule(this.numEvents)} events, ${perSchedule(this.virtualMs / 1_000)} virtual seconds, ${perSchedule(this.numRestarts)} restarts`,
      `jobs: ${outcomes.join(', ')}`,
      `faults that hit, ${this.hitsPerSchedule.toFixed(1)} a schedule: ${kinds.join(', ')}`,
    ];
  }
}
