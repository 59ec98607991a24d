/**
 * Event-time and processing-time timers of a keyed operator, per key and namespace. Fires one timer per call, so that
 * the task can stop in between when its outputs are full. Mirrors: InternalTimerServiceImpl.
 */
import type { Key } from '../api/key.js';
import type { Clock } from '../core/clock.js';
import { FlinkError } from '../core/errors.js';
import { MIN_WATERMARK } from '../core/time-constants.js';
import { renderValue } from '../serialization/render-value.js';
import type { KeyedStateBackend, Namespace } from './keyed-state-backend.js';
import { fromMapKey, toMapKey } from './map-key.js';
import { type Timer, TimerQueue } from './timer-queue.js';

/** What fires. The current key and namespace are those of the timer. */
export interface TimerTarget {
  onEventTime(time: number, namespace: Namespace): void;
  onProcessingTime(time: number, namespace: Namespace): void;
}

/** The part of an operator's context that timers need. */
export interface TimerEnvironment {
  readonly clock: Clock;
  runResumable(work: () => boolean): void;
  scheduleAt(time: number, callback: () => void): () => void;
}

type TimerData = readonly [time: number, namespace: Namespace, key: Key];

/** Timers of one key group as plain data; with the watermark, so that what was late stays late. */
export interface KeyGroupTimers {
  readonly keyGroup: number;
  readonly eventTime: readonly TimerData[];
  readonly processingTime: readonly TimerData[];
}

export interface TimerServiceState {
  readonly watermark: number;
  readonly keyGroups: readonly KeyGroupTimers[];
}

export class InternalTimerService {
  private readonly keyedState: KeyedStateBackend;
  private readonly environment: TimerEnvironment;
  private readonly target: TimerTarget;
  private readonly eventTime = new TimerQueue();
  private readonly processingTime = new TimerQueue();
  private readonly fired: Timer = { time: 0, namespace: '', key: '', keyGroup: 0 };
  private watermark = MIN_WATERMARK;
  private wakeUpAt: number | undefined;
  private cancelWakeUp: (() => void) | undefined;
  private isFiringProcessingTime = false;

  constructor(keyedState: KeyedStateBackend, environment: TimerEnvironment, target: TimerTarget) {
    this.keyedState = keyedState;
    this.environment = environment;
    this.target = target;
  }

  get currentWatermark(): number {
    return this.watermark;
  }

  currentProcessingTime(): number {
    return this.environment.clock.now();
  }

  /** Timers that have not fired yet. */
  numTimers(): number {
    return this.eventTime.size + this.processingTime.size;
  }

  /** For the current key. Fires when the watermark reaches `time`, at the next watermark if it is past. hot path */
  registerEventTimeTimer(namespace: Namespace, time: number): void {
    checkTime(time);
    this.eventTime.add(time, namespace, toMapKey(this.keyedState.currentKey), this.keyedState.currentKeyGroup);
  }

  registerProcessingTimeTimer(namespace: Namespace, time: number): void {
    checkTime(time);
    this.processingTime.add(time, namespace, toMapKey(this.keyedState.currentKey), this.keyedState.currentKeyGroup);
    this.scheduleWakeUp();
  }

  deleteEventTimeTimer(namespace: Namespace, time: number): void {
    this.eventTime.remove(time, namespace, toMapKey(this.keyedState.currentKey));
  }

  deleteProcessingTimeTimer(namespace: Namespace, time: number): void {
    this.processingTime.remove(time, namespace, toMapKey(this.keyedState.currentKey));
  }

  /**
   * Raises the watermark, fires what is due in the order of time, one timer a piece of work, and calls `done` as the
   * last act. Timers that are set meanwhile and are due fire as well.
   */
  advanceWatermark(time: number, done: () => void): void {
    if (time > this.watermark) this.watermark = time;
    const first = this.eventTime.firstTime;
    if (first === undefined || first > time) return done();
    this.environment.runResumable(() => {
      if (this.fireEventTimer(time)) return false;
      done();
      return true;
    });
  }

  /** Starts waiting for restored processing-time timers. */
  start(): void {
    this.scheduleWakeUp();
  }

  close(): void {
    this.cancelWakeUp?.();
    this.cancelWakeUp = undefined;
  }

  snapshotState(): TimerServiceState {
    const groups = new Map<number, { keyGroup: number; eventTime: TimerData[]; processingTime: TimerData[] }>();
    const collect = (queue: TimerQueue, domain: 'eventTime' | 'processingTime'): void => {
      for (const { time, namespace, key, keyGroup } of queue.timers()) {
        const group = groups.get(keyGroup) ?? { keyGroup, eventTime: [], processingTime: [] };
        groups.set(keyGroup, group);
        group[domain].push([time, namespace, fromMapKey(key)]);
      }
    };
    collect(this.eventTime, 'eventTime');
    collect(this.processingTime, 'processingTime');
    return { watermark: this.watermark, keyGroups: [...groups.values()].sort((a, b) => a.keyGroup - b.keyGroup) };
  }

  restoreState(state: TimerServiceState): void {
    this.watermark = state.watermark;
    for (const { keyGroup, eventTime, processingTime } of state.keyGroups) {
      for (const [time, namespace, key] of eventTime) this.eventTime.add(time, namespace, toMapKey(key), keyGroup);
      for (const [time, namespace, key] of processingTime)
        this.processingTime.add(time, namespace, toMapKey(key), keyGroup);
    }
  }

  private fireEventTimer(limit: number): boolean {
    const { fired } = this;
    if (!this.eventTime.poll(limit, fired)) return false;
    this.select(fired);
    this.target.onEventTime(fired.time, fired.namespace);
    return true;
  }

  private fireProcessingTimer(limit: number): boolean {
    const { fired } = this;
    if (!this.processingTime.poll(limit, fired)) return false;
    this.select(fired);
    this.target.onProcessingTime(fired.time, fired.namespace);
    return true;
  }

  private select(timer: Timer): void {
    this.keyedState.setCurrentKey(fromMapKey(timer.key), timer.keyGroup);
    this.keyedState.setCurrentNamespace(timer.namespace);
  }

  /** Keeps one wake-up, at the earliest timer. */
  private scheduleWakeUp(): void {
    const first = this.processingTime.firstTime;
    if (first === undefined || this.isFiringProcessingTime) return;
    if (this.wakeUpAt !== undefined && this.wakeUpAt <= first) return;
    this.cancelWakeUp?.();
    this.wakeUpAt = first;
    this.cancelWakeUp = this.environment.scheduleAt(first, () => this.wakeUp());
  }

  private wakeUp(): void {
    this.wakeUpAt = undefined;
    this.cancelWakeUp = undefined;
    this.isFiringProcessingTime = true;
    const now = this.currentProcessingTime();
    this.environment.runResumable(() => {
      if (this.fireProcessingTimer(now)) return false;
      this.isFiringProcessingTime = false;
      this.scheduleWakeUp();
      return true;
    });
  }
}

function checkTime(time: number): void {
  if (typeof time === 'number' && !Number.isNaN(time)) return;
  throw new FlinkError('INVALID_TIMESTAMP', `a timer was set for ${renderValue(time)}, which is no time`, {
    domain: 'user',
    remedy: 'Timers take milliseconds as a number.',
    details: { time: renderValue(time) },
  });
}
