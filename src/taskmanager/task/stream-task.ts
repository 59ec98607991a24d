/**
 * One attempt of one subtask: a chain of operators with its inputs and outputs, run as a step function. A step never
 * waits; it answers what the task can do next, and the slot's loop decides. Mirrors: StreamTask, Task.
 */
import type { AccumulatorSnapshots } from '../../api/accumulators/accumulator-snapshots.js';
import type { OperatorId } from '../../core/ids.js';
import { MAX_WATERMARK } from '../../core/time-constants.js';
import type { TaskMetrics } from '../../protocol/task-execution-state.js';
import type { EventToReader } from '../../protocol/operator-events.js';
import type { OperatorChain } from './operator-chain.js';
import type { PartitionOutput } from './partition-output.js';
import type { SourceDriver } from './source-driver.js';
import type { TaskContext } from './task-context.js';
import type { TaskInput } from './task-input.js';
import type { TaskMailbox } from './task-mailbox.js';

/** MORE: call again. IDLE: nothing to do until data, a timer or a message. NEEDS_OUTPUT: outputs are full. AWAITING: a promise is pending. */
export type StepResult = 'MORE' | 'IDLE' | 'NEEDS_OUTPUT' | 'AWAITING' | 'DONE';

export type TaskPhase =
  | 'CREATED'
  | 'OPENING'
  | 'RUNNING'
  | 'ENDING'
  | 'DRAINING'
  | 'READY_TO_COMMIT'
  | 'COMMITTING'
  | 'CLOSING'
  | 'DONE';

export type Committables = Readonly<Record<OperatorId, readonly unknown[]>>;

export interface TaskListener {
  onInitializing(): void;
  onRunning(): void;
  onReadyToCommit(committables: Committables, accumulators: AccumulatorSnapshots | undefined): void;
  /** Nothing of the task is left open. `error` is set unless it finished or was cancelled. */
  onDone(
    state: 'FINISHED' | 'CANCELED' | 'FAILED',
    error: unknown,
    metrics: TaskMetrics,
    accumulators: AccumulatorSnapshots | undefined,
  ): void;
  /** Something changed outside a step: the loop should look again. */
  onWake(): void;
}

export interface TaskParts {
  readonly chain: OperatorChain;
  readonly source: SourceDriver | undefined;
  readonly input: TaskInput | undefined;
  readonly outputs: readonly PartitionOutput[];
}

export class StreamTask {
  phase: TaskPhase = 'CREATED';
  private readonly context: TaskContext;
  private readonly listener: TaskListener;
  private readonly mailbox: TaskMailbox;
  private parts: TaskParts | undefined;
  private committables: Committables = {};
  /** A promise of an operator is pending: no step until it settles. */
  private isAwaiting = false;
  private endedMembers = 0;

  constructor(context: TaskContext, mailbox: TaskMailbox, listener: TaskListener) {
    this.context = context;
    this.mailbox = mailbox;
    this.listener = listener;
  }

  /** Opens the operators, the last of the chain first, as their consumers must be ready before them. */
  start(build: () => TaskParts): void {
    this.phase = 'OPENING';
    this.listener.onInitializing();
    this.await(this.open(build), () => {
      this.phase = 'RUNNING';
      if (this.parts?.input !== undefined) this.parts.input.isRunning = true;
      this.listener.onRunning();
    });
  }

  /** A task whose output is durable already: only makes it visible. */
  startFinished(build: () => TaskParts, committables: Committables): void {
    this.phase = 'OPENING';
    this.listener.onInitializing();
    this.parts = build();
    this.committables = committables;
    this.listener.onRunning();
    this.phase = 'READY_TO_COMMIT';
    this.commit();
  }

  /** hot path: works on at most `budget` records. */
  step(budget: number): StepResult {
    const parts = this.parts;
    if (this.phase === 'DONE') return 'DONE';
    if (parts === undefined || this.isAwaiting) return 'AWAITING';
    try {
      if (this.context.flow.isBlocked && !this.drainOutputs(parts)) return 'NEEDS_OUTPUT';
      switch (this.phase) {
        case 'RUNNING':
          return this.stepRunning(parts, budget);
        case 'ENDING':
          return this.stepEnding(parts);
        case 'DRAINING':
          this.finishOutputs(parts);
          return 'MORE';
        case 'READY_TO_COMMIT':
          return 'IDLE';
        default:
          return 'AWAITING';
      }
    } catch (error) {
      this.fail(error);
      return 'AWAITING';
    }
  }

  handleEvent(event: EventToReader): void {
    if (this.phase === 'RUNNING' || this.phase === 'OPENING')
      this.mailbox.post(() => this.parts?.source?.handleEvent(event));
  }

  /** Makes the output visible and finishes; the JobMaster says so once every task is ready. */
  commit(): void {
    if (this.phase !== 'READY_TO_COMMIT') return;
    this.phase = 'COMMITTING';
    this.await(this.commitAll(), () => this.end('FINISHED'));
  }

  cancel(): void {
    if (this.phase === 'DONE' || this.phase === 'CLOSING') return;
    this.end('CANCELED');
  }

  fail(error: unknown): void {
    if (this.phase === 'DONE' || this.phase === 'CLOSING') return;
    this.end('FAILED', error);
  }

  /** Of what waits in partly filled buffers. A record that cannot be encoded fails the task. */
  flush(): void {
    try {
      for (const output of this.parts?.outputs ?? []) output.flush();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Books a step's time: as busy, and the pause before it as what the step before had said. */
  book(result: StepResult, startedMs: number, endedMs: number): void {
    const { metrics, flow } = this.context;
    metrics.beginStep(startedMs);
    const rests = flow.numHolding > 0 ? 'holding' : 'idle';
    metrics.enter(result === 'NEEDS_OUTPUT' ? 'backPressured' : result === 'MORE' ? 'busy' : rests, endedMs);
  }

  /** True while only the event loop can bring the task on. */
  get isWaitingForPromise(): boolean {
    return (
      this.isAwaiting ||
      this.context.flow.numAwaiting > 0 ||
      this.phase === 'CLOSING' ||
      this.phase === 'OPENING' ||
      this.parts?.source?.availability !== undefined
    );
  }

  metrics(nowMs: number): TaskMetrics {
    const group = this.context.metrics;
    group.numRecordsOut = (this.parts?.outputs ?? []).reduce((sum, output) => sum + output.numRecordsOut, 0);
    const metrics = group.snapshot(this.context.descriptor.attemptId, nowMs);
    const accumulators = this.context.accumulators.snapshot('interim');
    return accumulators === undefined ? metrics : { ...metrics, accumulators };
  }

  private async open(build: () => TaskParts): Promise<void> {
    this.parts = build();
    const { chain, source } = this.parts;
    for (const member of [...chain.members].reverse()) await member.operator.open?.();
    await source?.open();
  }

  private stepRunning(parts: TaskParts, budget: number): StepResult {
    const { flow } = this.context;
    // Work first: a mail may emit a watermark, which must not overtake what an earlier one has yet to fire.
    if (flow.hasPendingWork && !flow.resume()) return flow.isBlocked ? 'NEEDS_OUTPUT' : 'MORE';
    if (!this.mailbox.isEmpty) this.mailbox.run(flow);
    if (flow.isBlocked) return 'NEEDS_OUTPUT';
    if (flow.hasPendingWork) return 'MORE';
    if (flow.isHeld) return this.flushSinks(parts);
    if (!flow.isOpen) return 'IDLE';
    if (this.context.messages.isClientBehind()) return 'NEEDS_OUTPUT';
    const taken = parts.source === undefined ? this.takeInput(parts, budget) : parts.source.poll(budget);
    if (flow.isBlocked) return 'NEEDS_OUTPUT';
    if (flow.hasPendingWork) return 'MORE';
    if (parts.source?.hasEnded ?? parts.input?.hasEnded ?? true) {
      this.endInput(parts);
      return 'MORE';
    }
    if (parts.source?.availability !== undefined && taken === 0) {
      this.awaitSource(parts.source);
      return 'AWAITING';
    }
    return taken > 0 ? 'MORE' : 'IDLE';
  }

  private takeInput(parts: TaskParts, budget: number): number {
    return parts.input?.process(budget) ?? 0;
  }

  private flushSinks(parts: TaskParts): StepResult {
    const wanting = parts.chain.committers.filter((member) => member.operator.wantsFlush);
    this.await(Promise.all(wanting.map(async (member) => member.operator.flush())), () => {
      this.context.flow.isHeld = false;
    });
    return 'AWAITING';
  }

  private awaitSource(source: SourceDriver): void {
    const { availability } = source;
    availability?.then(
      () => {
        if (source.availability === availability) source.availability = undefined;
        this.listener.onWake();
      },
      (error: unknown) => {
        this.fail(error);
        this.listener.onWake();
      },
    );
  }

  /** The source's last watermark first; then every operator, head to tail, emits what is left. */
  private endInput(parts: TaskParts): void {
    this.phase = 'ENDING';
    this.mailbox.endInput();
    if (parts.source !== undefined) parts.chain.head.watermark(MAX_WATERMARK);
  }

  private stepEnding(parts: TaskParts): StepResult {
    const { flow } = this.context;
    if (flow.hasPendingWork && !flow.resume()) return flow.isBlocked ? 'NEEDS_OUTPUT' : 'MORE';
    if (!this.mailbox.isEmpty) this.mailbox.run(flow);
    if (flow.isBlocked || flow.hasPendingWork) return flow.isBlocked ? 'NEEDS_OUTPUT' : 'MORE';
    if (flow.numHolding > 0) return 'IDLE';
    const member = parts.chain.members[this.endedMembers];
    if (member !== undefined) {
      this.endedMembers++;
      const ended = member.operator.endInput?.();
      if (ended !== undefined) this.await(ended, () => undefined);
      return 'MORE';
    }
    this.phase = 'DRAINING';
    for (const output of parts.outputs) output.endOfData();
    return 'MORE';
  }

  private finishOutputs(parts: TaskParts): void {
    if (!this.drainOutputs(parts)) return;
    if (parts.chain.committers.length === 0) return this.end('FINISHED');
    this.await(this.prepareCommit(parts), (committables) => {
      this.phase = 'READY_TO_COMMIT';
      this.committables = committables;
      this.listener.onReadyToCommit(committables, this.context.accumulators.snapshot('final'));
    });
  }

  private async prepareCommit(parts: TaskParts): Promise<Committables> {
    const all: Record<OperatorId, readonly unknown[]> = {};
    for (const member of parts.chain.committers) all[member.id] = await member.operator.prepareCommit();
    return all;
  }

  private async commitAll(): Promise<void> {
    for (const member of this.parts?.chain.committers ?? [])
      await member.operator.commit(this.committables[member.id] ?? []);
  }

  private drainOutputs(parts: TaskParts): boolean {
    let drained = true;
    for (const output of parts.outputs) drained = output.drain() && drained;
    this.context.flow.isBlocked = !drained;
    return drained;
  }

  /** Closes everything once, whatever the outcome; a failure to close fails a task that had finished. */
  private end(outcome: 'FINISHED' | 'CANCELED' | 'FAILED', error?: unknown): void {
    this.phase = 'CLOSING';
    if (this.parts?.input !== undefined) this.parts.input.isRunning = false;
    void this.closeAll(outcome !== 'FINISHED').then((closeError) => {
      this.phase = 'DONE';
      const failed = outcome === 'FINISHED' && closeError !== undefined;
      const { clock } = this.context.environment;
      this.listener.onDone(
        failed ? 'FAILED' : outcome,
        error ?? (failed ? closeError : undefined),
        this.metrics(clock.monotonic()),
        this.context.accumulators.snapshot('final'),
      );
      this.listener.onWake();
    });
  }

  private async closeAll(aborted: boolean): Promise<unknown> {
    let first: unknown;
    const closes = [
      () => this.parts?.source?.close(),
      ...(this.parts?.chain.members ?? []).map((member) => () => member.operator.close?.(aborted)),
    ];
    for (const close of closes) {
      try {
        await close();
      } catch (error) {
        first ??= error;
      }
    }
    return first;
  }

  private await<T>(promise: Promise<T>, then: (value: T) => void): void {
    this.isAwaiting = true;
    promise
      .then((value) => {
        this.isAwaiting = false;
        if (this.phase !== 'CLOSING' && this.phase !== 'DONE') then(value);
      })
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.listener.onWake());
  }
}
