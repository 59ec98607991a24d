/**
 * Pairs records of two keyed inputs whose times are within an interval of each other, when the second of them comes. Each
 * side is kept per key as long as the watermark lets the other side come; one timer per key and side, for its earliest
 * record, tidies up. Mirrors: IntervalJoinOperator.
 */
import type { OutputTag } from '../../api/output-tag.js';
import type { IntervalJoinDefinition } from '../../api/transformation.js';
import type { ProcessJoinContext } from '../../api/functions.js';
import { InternalTimerService, type TimerTarget } from '../../state/internal-timer-service.js';
import type { Namespace } from '../../state/keyed-state-backend.js';
import { AbstractOperator } from '../abstract-operator.js';
import { keyedStateOf } from '../keyed-state-of.js';
import type { OperatorContext, OperatorSnapshot, TwoInputOperator } from '../stream-operator.js';
import { TimestampedCollector } from '../timestamped-collector.js';
import { checkMethods, refusePromise } from '../user-function.js';
import { LateRecords, missingTimestamp, USED_BY_INTERVAL_JOIN } from '../window/late-records.js';
import { indexOf, IntervalBuffer } from './interval-buffer.js';

const LEFT: Namespace = 'left';
const RIGHT: Namespace = 'right';

export class IntervalJoinOperator extends AbstractOperator implements TwoInputOperator, TimerTarget {
  private readonly fn: IntervalJoinDefinition['fn'];
  private readonly timers: InternalTimerService;
  private readonly left: IntervalBuffer;
  private readonly right: IntervalBuffer;
  private readonly leftLate: LateRecords;
  private readonly rightLate: LateRecords;
  private readonly collector: TimestampedCollector;
  private readonly joinContext: ReusedJoinContext;
  private readonly lowerMs: number;
  private readonly upperMs: number;
  /** How long records of a side are kept after their time. */
  private readonly leftKeptMs: number;
  private readonly rightKeptMs: number;

  constructor(definition: IntervalJoinDefinition, context: OperatorContext) {
    super(context, definition.fn);
    const { fn, lowerMs, upperMs, leftLateTag, rightLateTag } = definition;
    checkMethods(fn, ['processElement'], context.name);
    const keyedState = keyedStateOf(context);
    this.fn = fn;
    this.timers = new InternalTimerService(keyedState, context, this);
    this.left = new IntervalBuffer(keyedState, 'interval-join-left');
    this.right = new IntervalBuffer(keyedState, 'interval-join-right');
    this.leftLate = new LateRecords(leftLateTag, context);
    this.rightLate = new LateRecords(rightLateTag, context);
    this.collector = new TimestampedCollector(context.output, context.name);
    this.joinContext = new ReusedJoinContext(this.collector);
    this.lowerMs = lowerMs;
    this.upperMs = upperMs;
    this.leftKeptMs = Math.max(upperMs, 0);
    this.rightKeptMs = Math.max(-lowerMs, 0);
  }

  override close(aborted: boolean): Promise<void> {
    this.timers.close();
    return super.close(aborted);
  }

  /** hot path */
  processElement1(value: unknown, timestamp: number): void {
    if (this.isLate(value, timestamp)) return this.leftLate.take(value, timestamp);
    if (this.left.add(value, timestamp)) this.timers.registerEventTimeTimer(LEFT, timestamp + this.leftKeptMs);
    const others = this.right.get();
    if (others === undefined) return;
    const { times, values } = others;
    const last = timestamp + this.upperMs;
    for (let i = indexOf(times, timestamp + this.lowerMs); i < times.length; i++) {
      const time = times[i] as number;
      if (time > last) break;
      this.emit(value, timestamp, values[i], time);
    }
    this.collector.end();
  }

  /** hot path */
  processElement2(value: unknown, timestamp: number): void {
    if (this.isLate(value, timestamp)) return this.rightLate.take(value, timestamp);
    if (this.right.add(value, timestamp)) this.timers.registerEventTimeTimer(RIGHT, timestamp + this.rightKeptMs);
    const others = this.left.get();
    if (others === undefined) return;
    const { times, values } = others;
    const last = timestamp - this.lowerMs;
    for (let i = indexOf(times, timestamp - this.upperMs); i < times.length; i++) {
      const time = times[i] as number;
      if (time > last) break;
      this.emit(values[i], time, value, timestamp);
    }
    this.collector.end();
  }

  override processWatermark(timestamp: number): void {
    this.timers.advanceWatermark(timestamp, () => this.output.emitWatermark(timestamp));
  }

  onEventTime(_time: number, namespace: Namespace): void {
    const isLeft = namespace === LEFT;
    const buffer = isLeft ? this.left : this.right;
    const keptMs = isLeft ? this.leftKeptMs : this.rightKeptMs;
    const earliest = buffer.removeUpTo(this.timers.currentWatermark - keptMs);
    if (earliest !== undefined) this.timers.registerEventTimeTimer(namespace, earliest + keptMs);
  }

  onProcessingTime(): void {
    // Sets no timers of processing time.
  }

  snapshotState(): OperatorSnapshot {
    return { timers: this.timers.snapshotState() };
  }

  restoreState(snapshot: OperatorSnapshot): void {
    if (snapshot.timers !== undefined) this.timers.restoreState(snapshot.timers);
  }

  private isLate(value: unknown, timestamp: number): boolean {
    if (!Number.isFinite(timestamp)) throw missingTimestamp(value, timestamp, this.name, USED_BY_INTERVAL_JOIN);
    return timestamp < this.timers.currentWatermark;
  }

  private emit(left: unknown, leftTimestamp: number, right: unknown, rightTimestamp: number): void {
    const { joinContext } = this;
    joinContext.leftTimestamp = leftTimestamp;
    joinContext.rightTimestamp = rightTimestamp;
    joinContext.timestamp = leftTimestamp > rightTimestamp ? leftTimestamp : rightTimestamp;
    this.collector.begin(joinContext.timestamp);
    const result: unknown = this.fn.processElement(left, right, joinContext, this.collector);
    if (result !== undefined) refusePromise(result, this.name, [left, right]);
  }
}

class ReusedJoinContext implements ProcessJoinContext {
  leftTimestamp = 0;
  rightTimestamp = 0;
  timestamp = 0;
  private readonly collector: TimestampedCollector;

  constructor(collector: TimestampedCollector) {
    this.collector = collector;
  }

  output<X>(tag: OutputTag<X>, value: X): void {
    this.collector.collectSide(tag as OutputTag<unknown>, value);
  }
}
