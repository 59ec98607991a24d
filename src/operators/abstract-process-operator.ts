/** What process operators without keys share: a collector, and a timer service that knows the time. */
import { MIN_WATERMARK } from '../core/time-constants.js';
import { AbstractOperator } from './abstract-operator.js';
import type { OperatorContext, OperatorSnapshot } from './stream-operator.js';
import { NonKeyedTimerService } from './timer-services.js';
import { TimestampedCollector } from './timestamped-collector.js';
import { refusePromise } from './user-function.js';

export abstract class AbstractProcessOperator extends AbstractOperator {
  protected readonly collector: TimestampedCollector;
  protected readonly timerService: NonKeyedTimerService;

  protected constructor(fn: unknown, context: OperatorContext) {
    super(context, fn);
    this.collector = new TimestampedCollector(context.output, context.name);
    this.timerService = new NonKeyedTimerService(context.clock, context.name);
  }

  override processWatermark(timestamp: number): void {
    this.timerService.watermark = timestamp;
    super.processWatermark(timestamp);
  }

  snapshotState(): OperatorSnapshot {
    return { watermark: this.timerService.watermark };
  }

  restoreState(snapshot: OperatorSnapshot): void {
    this.timerService.watermark = snapshot.watermark ?? MIN_WATERMARK;
  }

  /** Ends the call of a user function that returns nothing. hot path */
  protected finish(result: unknown, record: unknown): void {
    this.collector.end();
    if (result !== undefined) refusePromise(result, this.name, record);
  }
}
