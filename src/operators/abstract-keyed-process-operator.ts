/** What keyed process operators share: timers that call `onTimer`, fired before the watermark goes on. */
import type { Collector } from '../api/functions.js';
import { NO_TIMESTAMP } from '../core/time-constants.js';
import { InternalTimerService, type TimerTarget } from '../state/internal-timer-service.js';
import type { KeyedStateBackend } from '../state/keyed-state-backend.js';
import { AbstractOperator } from './abstract-operator.js';
import { keyedStateOf } from './keyed-state-of.js';
import type { TimerContext } from './process-contexts.js';
import type { OperatorContext, OperatorSnapshot } from './stream-operator.js';
import { KeyedTimerService } from './timer-services.js';
import { TimestampedCollector } from './timestamped-collector.js';
import { refusePromise } from './user-function.js';

export abstract class AbstractKeyedProcessOperator extends AbstractOperator implements TimerTarget {
  protected readonly keyedState: KeyedStateBackend;
  protected readonly collector: TimestampedCollector;
  protected readonly timerService: KeyedTimerService;
  private readonly timers: InternalTimerService;

  protected constructor(fn: unknown, context: OperatorContext) {
    super(context, fn);
    this.keyedState = keyedStateOf(context);
    this.collector = new TimestampedCollector(context.output, context.name);
    this.timers = new InternalTimerService(this.keyedState, context, this);
    this.timerService = new KeyedTimerService(this.timers);
  }

  protected abstract readonly timerContext: TimerContext;
  /** The user's `onTimer`, if there is one. */
  protected abstract callOnTimer(time: number, context: TimerContext, out: Collector<unknown>): unknown;

  override async open(): Promise<void> {
    await super.open();
    this.timers.start();
  }

  override close(aborted: boolean): Promise<void> {
    this.timers.close();
    return super.close(aborted);
  }

  override processWatermark(timestamp: number): void {
    this.timers.advanceWatermark(timestamp, () => this.output.emitWatermark(timestamp));
  }

  onEventTime(time: number): void {
    this.fire(time, 'EVENT_TIME', time);
  }

  onProcessingTime(time: number): void {
    this.fire(time, 'PROCESSING_TIME', NO_TIMESTAMP);
  }

  snapshotState(): OperatorSnapshot {
    return { timers: this.timers.snapshotState() };
  }

  restoreState(snapshot: OperatorSnapshot): void {
    if (snapshot.timers !== undefined) this.timers.restoreState(snapshot.timers);
  }

  /** Ends the call of a user function that returns nothing. hot path */
  protected finish(result: unknown, record: unknown): void {
    this.collector.end();
    if (result !== undefined) refusePromise(result, this.name, record);
  }

  private fire(time: number, timeDomain: TimerContext['timeDomain'], timestamp: number): void {
    const { timerContext } = this;
    timerContext.timestamp = time;
    timerContext.timeDomain = timeDomain;
    this.collector.begin(timestamp);
    const result = this.callOnTimer(time, timerContext, this.collector);
    this.collector.end();
    if (result !== undefined) refusePromise(result, this.name, { timer: time, key: this.keyedState.currentKey });
  }
}
