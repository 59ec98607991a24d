/** Process contexts that also reach broadcast state: to read it from the other side, to write it from the broadcast side. */
import type { TimerService } from '../api/functions.js';
import type { BroadcastState, MapStateDescriptor, ReadOnlyBroadcastState } from '../api/state.js';
import type { BroadcastStates } from '../state/broadcast-states.js';
import type { KeyedStateBackend } from '../state/keyed-state-backend.js';
import { ElementContext, KeyedElementContext, TimerContext } from './process-contexts.js';
import type { TimestampedCollector } from './timestamped-collector.js';

export class BroadcastWritingContext extends ElementContext {
  private readonly states: BroadcastStates;

  constructor(collector: TimestampedCollector, timerService: TimerService, states: BroadcastStates) {
    super(collector, timerService);
    this.states = states;
  }

  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V> {
    return this.states.writable(descriptor);
  }
}

export class BroadcastReadingContext extends ElementContext {
  private readonly states: BroadcastStates;

  constructor(collector: TimestampedCollector, timerService: TimerService, states: BroadcastStates) {
    super(collector, timerService);
    this.states = states;
  }

  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): ReadOnlyBroadcastState<K, V> {
    return this.states.readOnly(descriptor);
  }
}

export class KeyedBroadcastReadingContext extends KeyedElementContext {
  private readonly states: BroadcastStates;

  constructor(
    collector: TimestampedCollector,
    timers: TimerService,
    keyedState: KeyedStateBackend,
    states: BroadcastStates,
  ) {
    super(collector, timers, keyedState);
    this.states = states;
  }

  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): ReadOnlyBroadcastState<K, V> {
    return this.states.readOnly(descriptor);
  }
}

export class BroadcastTimerContext extends TimerContext {
  private readonly states: BroadcastStates;

  constructor(
    collector: TimestampedCollector,
    timers: TimerService,
    keyedState: KeyedStateBackend,
    states: BroadcastStates,
  ) {
    super(collector, timers, keyedState);
    this.states = states;
  }

  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): ReadOnlyBroadcastState<K, V> {
    return this.states.readOnly(descriptor);
  }
}
