/** The timer services handed to user functions. Mirrors: SimpleTimerService. */
import type { TimerService } from '../api/functions.js';
import type { Clock } from '../core/clock.js';
import { FlinkError } from '../core/errors.js';
import { MIN_WATERMARK } from '../core/time-constants.js';
import type { InternalTimerService } from '../state/internal-timer-service.js';
import { VOID_NAMESPACE } from '../state/keyed-state-backend.js';

export class KeyedTimerService implements TimerService {
  private readonly timers: InternalTimerService;

  constructor(timers: InternalTimerService) {
    this.timers = timers;
  }

  currentProcessingTime(): number {
    return this.timers.currentProcessingTime();
  }

  currentWatermark(): number {
    return this.timers.currentWatermark;
  }

  registerEventTimeTimer(time: number): void {
    this.timers.registerEventTimeTimer(VOID_NAMESPACE, time);
  }

  registerProcessingTimeTimer(time: number): void {
    this.timers.registerProcessingTimeTimer(VOID_NAMESPACE, time);
  }

  deleteEventTimeTimer(time: number): void {
    this.timers.deleteEventTimeTimer(VOID_NAMESPACE, time);
  }

  deleteProcessingTimeTimer(time: number): void {
    this.timers.deleteProcessingTimeTimer(VOID_NAMESPACE, time);
  }
}

/** Tells the time; timers belong to keys, so there are none. */
export class NonKeyedTimerService implements TimerService {
  watermark: number = MIN_WATERMARK;
  private readonly clock: Clock;
  private readonly operator: string;

  constructor(clock: Clock, operator: string) {
    this.clock = clock;
    this.operator = operator;
  }

  currentProcessingTime(): number {
    return this.clock.now();
  }

  currentWatermark(): number {
    return this.watermark;
  }

  registerEventTimeTimer(_time: number): void {
    throw this.refusal();
  }

  registerProcessingTimeTimer(_time: number): void {
    throw this.refusal();
  }

  deleteEventTimeTimer(_time: number): void {
    throw this.refusal();
  }

  deleteProcessingTimeTimer(_time: number): void {
    throw this.refusal();
  }

  private refusal(): FlinkError {
    return new FlinkError(
      'TIMER_WITHOUT_KEY',
      `operator '${this.operator}' used timers on a stream that is not keyed`,
      {
        domain: 'user',
        remedy:
          'Timers belong to a key: call keyBy(...) first and use a keyed process function; broadcast records have no key.',
        details: { operator: this.operator },
      },
    );
  }
}
