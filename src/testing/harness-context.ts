/** The context of an operator under test: a manual clock, an output that is a list, work that runs to its end. */
import type { Counter, MetricGroup, RuntimeContext } from '../api/runtime-context.js';
import type { KeyedStateStore } from '../api/state.js';
import { FlinkError } from '../core/errors.js';
import { silentLogger } from '../core/logger.js';
import { NO_TIMESTAMP } from '../core/time-constants.js';
import type { OperatorContext, OperatorMailbox, Output, ResumableWork } from '../operators/stream-operator.js';
import type { HeapKeyedStateBackend } from '../state/heap/heap-keyed-state-backend.js';
import { UserStateStores } from '../state/ttl/user-state-stores.js';
import { AccumulatorRegistry } from '../taskmanager/task/accumulator-registry.js';
import { FlowControl } from '../taskmanager/task/flow-control.js';
import { deepFreeze } from '../taskmanager/task/record-checks.js';
import { ManualClock } from './manual-clock.js';

/** Something that an operator emitted; `timestamp` is event time in ms, undefined for records that have none. */
export type HarnessElement<OUT = unknown> =
  | { readonly type: 'record'; readonly value: OUT; readonly timestamp: number | undefined }
  | { readonly type: 'side'; readonly tag: string; readonly value: unknown; readonly timestamp: number | undefined }
  | { readonly type: 'watermark'; readonly timestamp: number }
  | { readonly type: 'idle'; readonly isIdle: boolean };

export type OutputCapacity = 'unbounded' | 'one';

export interface HarnessSettings {
  readonly name: string;
  readonly processingTime: number;
  readonly autoWatermarkIntervalMs: number;
  readonly maxParallelism: number;
  readonly outputCapacity: OutputCapacity;
  readonly keyedState: HeapKeyedStateBackend | undefined;
}

export class HarnessContext implements OperatorContext {
  readonly name: string;
  readonly uid: string;
  readonly subtaskIndex = 0;
  readonly parallelism = 1;
  readonly maxParallelism: number;
  readonly attemptNumber = 0;
  readonly attemptId = 'attempt-0';
  readonly log = silentLogger;
  readonly clock: ManualClock;
  readonly metrics = new HarnessMetrics();
  readonly accumulators = new AccumulatorRegistry();
  readonly autoWatermarkIntervalMs: number;
  readonly keyedState: HeapKeyedStateBackend | undefined;
  readonly userState: UserStateStores | undefined;
  readonly runtimeContext: RuntimeContext;
  readonly output: Output;
  readonly elements: HarnessElement[] = [];
  readonly sentToClient: unknown[] = [];
  readonly mailbox: OperatorMailbox = {
    execute: (callback) => this.mail(callback),
    executeAt: (time, callback) => this.scheduleAt(time, callback),
    isHolding: false,
    isAwaiting: false,
  };
  private readonly flow = new FlowControl();
  private mails: (() => void)[] = [];
  private failure: { readonly error: unknown } | undefined;
  private readonly outputCapacity: OutputCapacity;

  constructor(settings: HarnessSettings) {
    this.name = settings.name;
    this.uid = settings.name;
    this.maxParallelism = settings.maxParallelism;
    this.clock = new ManualClock(settings.processingTime);
    this.autoWatermarkIntervalMs = settings.autoWatermarkIntervalMs;
    this.keyedState = settings.keyedState;
    this.outputCapacity = settings.outputCapacity;
    this.userState = this.keyedState === undefined ? undefined : new UserStateStores(this.keyedState, this.clock);
    this.runtimeContext = runtimeContextOf(settings, this.userState?.keyed, this.metrics, this.accumulators);
    this.output = {
      collect: (value, timestamp) =>
        this.emit({ type: 'record', value: deepFreeze(value), timestamp: shown(timestamp) }),
      collectSide: (tag, value, timestamp) =>
        this.emit({ type: 'side', tag, value: deepFreeze(value), timestamp: shown(timestamp) }),
      emitWatermark: (timestamp) => this.emit({ type: 'watermark', timestamp }),
      emitIdle: (isIdle) => this.emit({ type: 'idle', isIdle }),
    };
  }

  runResumable(work: ResumableWork): void {
    this.flow.run(work);
  }

  scheduleAt(time: number, callback: () => void): () => void {
    return this.clock.schedule(time - this.clock.now(), () => {
      callback();
      this.finishWork();
    });
  }

  sendToClient(record: unknown): void {
    this.sentToClient.push(record);
  }

  /** Makes room and goes on, until no work and no mail is left. */
  finishWork(): void {
    let isDone = false;
    while (!isDone) {
      this.flow.isBlocked = false;
      isDone = this.flow.resume();
      if (isDone) isDone = !this.runNextMail();
    }
  }

  /** Lets promises settle and what waits for them run. Throws what failed meanwhile. */
  async settle(): Promise<void> {
    await this.clock.flush();
    this.throwFailure();
  }

  /** Until no operator holds: promises settle, and where only time is waited for it passes. */
  async untilReleased(): Promise<void> {
    await this.settle();
    while (this.mailbox.isHolding) {
      const { nextDue } = this.clock;
      if (nextDue === undefined) throw new FlinkError('ILLEGAL_STATE', 'the operator waits for what never comes');
      this.clock.advance(nextDue - this.clock.now());
      await this.settle();
    }
  }

  /** Throws what a mail threw that no call of the test was waiting for. */
  throwFailure(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  /** Runs at the end of the call that is at work, or by itself when a promise brought it. */
  private mail(callback: () => void): void {
    this.mails.push(callback);
    queueMicrotask(() => {
      try {
        this.finishWork();
      } catch (error) {
        this.failure ??= { error };
      }
    });
  }

  private runNextMail(): boolean {
    const mail = this.mails.shift();
    mail?.();
    return mail !== undefined;
  }

  private emit(element: HarnessElement): void {
    this.elements.push(element);
    if (this.outputCapacity === 'one') this.flow.isBlocked = true;
  }
}

class HarnessMetrics implements MetricGroup {
  private readonly counters = new Map<string, HarnessCounter>();

  counter(name: string): Counter {
    let counter = this.counters.get(name);
    if (counter === undefined) {
      counter = new HarnessCounter();
      this.counters.set(name, counter);
    }
    return counter;
  }

  gauge(_name: string, _read: () => number): void {
    // Tests read what they want to know from the operator's output.
  }
}

class HarnessCounter implements Counter {
  count = 0;

  inc(by = 1): void {
    this.count += by;
  }
}

function runtimeContextOf(
  settings: HarnessSettings,
  keyedState: KeyedStateStore | undefined,
  metricGroup: MetricGroup,
  accumulators: AccumulatorRegistry,
): RuntimeContext {
  const store = keyedState ?? refusingStore(settings.name);
  return {
    jobName: 'test',
    jobId: '0'.repeat(32),
    taskInfo: {
      taskName: settings.name,
      indexOfThisSubtask: 0,
      numberOfParallelSubtasks: 1,
      maxNumberOfParallelSubtasks: settings.maxParallelism,
      attemptNumber: 0,
    },
    metricGroup,
    globalJobParameters: {},
    ...accumulators.contextOf(settings.name),
    getState: (descriptor) => store.getState(descriptor),
    getListState: (descriptor) => store.getListState(descriptor),
    getMapState: (descriptor) => store.getMapState(descriptor),
    getReducingState: (descriptor) => store.getReducingState(descriptor),
    getAggregatingState: (descriptor) => store.getAggregatingState(descriptor),
  };
}

function refusingStore(operator: string): KeyedStateStore {
  const refuse = (): never => {
    throw new FlinkError(
      'KEYED_STATE_ON_NON_KEYED_STREAM',
      `operator '${operator}' asked for keyed state, but its input is not keyed`,
      {
        domain: 'user',
        remedy: 'Give the harness a keySelector.',
      },
    );
  };
  return {
    getState: refuse,
    getListState: refuse,
    getMapState: refuse,
    getReducingState: refuse,
    getAggregatingState: refuse,
  };
}

function shown(timestamp: number): number | undefined {
  return timestamp === NO_TIMESTAMP ? undefined : timestamp;
}
