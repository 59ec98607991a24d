/** The contexts handed to process functions: one object an operator, changed for each record or timer. */
import type { OnTimerContext, ProcessContext, TimerService } from '../api/functions.js';
import type { Key } from '../api/key.js';
import type { OutputTag } from '../api/output-tag.js';
import { NO_TIMESTAMP } from '../core/time-constants.js';
import type { KeyedStateBackend } from '../state/keyed-state-backend.js';
import type { TimestampedCollector } from './timestamped-collector.js';

export class ElementContext implements ProcessContext {
  readonly timerService: TimerService;
  private readonly collector: TimestampedCollector;

  constructor(collector: TimestampedCollector, timerService: TimerService) {
    this.collector = collector;
    this.timerService = timerService;
  }

  get timestamp(): number | undefined {
    const { timestamp } = this.collector;
    return timestamp === NO_TIMESTAMP ? undefined : timestamp;
  }

  output<X>(tag: OutputTag<X>, value: X): void {
    this.collector.collectSide(tag as OutputTag<unknown>, value);
  }
}

export class KeyedElementContext extends ElementContext {
  private readonly keyedState: KeyedStateBackend;

  constructor(collector: TimestampedCollector, timerService: TimerService, keyedState: KeyedStateBackend) {
    super(collector, timerService);
    this.keyedState = keyedState;
  }

  get currentKey(): Key {
    return this.keyedState.currentKey;
  }
}

export class TimerContext implements OnTimerContext<Key> {
  readonly timerService: TimerService;
  timestamp: number = NO_TIMESTAMP;
  timeDomain: 'EVENT_TIME' | 'PROCESSING_TIME' = 'EVENT_TIME';
  private readonly collector: TimestampedCollector;
  private readonly keyedState: KeyedStateBackend;

  constructor(collector: TimestampedCollector, timerService: TimerService, keyedState: KeyedStateBackend) {
    this.collector = collector;
    this.timerService = timerService;
    this.keyedState = keyedState;
  }

  get currentKey(): Key {
    return this.keyedState.currentKey;
  }

  output<X>(tag: OutputTag<X>, value: X): void {
    this.collector.collectSide(tag as OutputTag<unknown>, value);
  }
}
