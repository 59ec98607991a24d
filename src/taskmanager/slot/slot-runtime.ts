/**
 * What runs in a slot's thread: binds the program, holds the tasks, and steps them, consumers first. It never waits and
 * never reads a clock by itself: the host around it drives `pass` and decides how to wait. Mirrors: TaskSlot's tasks.
 */
import { CoreOptions } from '../../config/options.js';
import { Configuration } from '../../config/configuration.js';
import { checkNotNull } from '../../core/assert.js';
import type { Environment } from '../../core/environment.js';
import { serializeError } from '../../core/errors.js';
import type { ExecutionAttemptId } from '../../core/ids.js';
import type { StreamGraph } from '../../graph/stream-graph.js';
import type { JobGraph } from '../../graph/job-graph.js';
import type { EventToReader } from '../../protocol/operator-events.js';
import type { LocalChannel } from '../task/local-channel.js';
import { SlotTimers } from '../task/slot-timers.js';
import type { StreamTask } from '../task/stream-task.js';
import { CollectBuffer } from './collect-buffer.js';
import { CoordinatorRuntime } from './coordinator-runtime.js';
import type { StepBudget } from './step-budget.js';
import type { FromSlot, ToSlot } from '../slot-messages.js';
import { buildTask } from './task-builder.js';

/** Makes the stream graph of a program: a bind run, or a look-up for programs of this process. */
export type BindProgram = (
  message: Extract<ToSlot, { type: 'prepare' }>,
  environment: Environment,
) => Promise<StreamGraph>;

export interface SlotRuntimeOptions {
  readonly environment: Environment;
  readonly bind: BindProgram;
  readonly budget: StepBudget;
  readonly send: (message: FromSlot) => void;
  /** Called when something happened outside a pass. */
  readonly wake: () => void;
}

interface Deployed {
  readonly task: StreamTask;
  /** Position of its vertex in the job: later ones consume what earlier ones produce. */
  readonly depth: number;
  readonly attemptId: ExecutionAttemptId;
}

const METRICS_INTERVAL_MS = 500;

export class SlotRuntime {
  readonly localChannels = new Map<string, LocalChannel>();
  readonly timers = new SlotTimers();
  readonly options: SlotRuntimeOptions;
  readonly collect: CollectBuffer;
  private tasks: Deployed[] = [];
  private coordinators: CoordinatorRuntime | undefined;
  private program: StreamGraph | undefined;
  private jobGraph: JobGraph | undefined;
  private bufferTimeoutMs: number = CoreOptions.bufferTimeout.defaultValue;
  private nextFlush = Number.POSITIVE_INFINITY;
  private nextMetrics = Number.POSITIVE_INFINITY;
  isShutDown = false;
  /** Something happened since the last pass began. */
  isWoken = false;

  constructor(options: SlotRuntimeOptions) {
    this.options = { ...options, wake: () => this.wake(options.wake) };
    this.collect = new CollectBuffer(options.send);
  }

  handle(message: ToSlot): void {
    switch (message.type) {
      case 'prepare':
        this.prepare(message);
        break;
      case 'deploy':
        this.deploy(message);
        break;
      case 'cancel':
        this.find(message.attemptId)?.task.cancel();
        break;
      case 'commit':
        this.find(message.attemptId)?.task.commit();
        break;
      case 'collectedAcknowledged':
        this.collect.acknowledge(message.attemptId, message.operatorUid);
        break;
      case 'eventToTask':
        this.find(message.attemptId)?.task.handleEvent(message.event as EventToReader);
        break;
      case 'eventToCoordinator':
        this.coordinators?.handleEvent(message.operatorId, message.subtask, message.event);
        break;
      case 'shutdown':
        this.shutdown();
        break;
    }
    this.options.wake();
  }

  /** Steps every task once; true when another pass is worth while at once. */
  pass(): boolean {
    const { clock } = this.options.environment;
    const now = clock.now();
    this.isWoken = false;
    this.timers.fireDue(now);
    if (now >= this.nextFlush) this.flushOutputs(now);
    if (now >= this.nextMetrics) this.reportMetrics(now);
    let progress = false;
    for (const { task } of this.tasks) progress = this.stepOne(task) || progress;
    this.collect.flush();
    if (this.tasks.some(({ task }) => task.phase === 'DONE'))
      this.tasks = this.tasks.filter(({ task }) => task.phase !== 'DONE');
    return progress;
  }

  /** Wall-clock ms of the next thing that time alone brings. */
  nextWakeTime(): number {
    return Math.min(this.timers.nextTime(), this.nextFlush, this.nextMetrics);
  }

  /** True while a promise of a task or coordinator is pending, which only the event loop can settle. */
  get needsEventLoop(): boolean {
    return (
      this.coordinators !== undefined ||
      this.program === undefined ||
      this.tasks.some(({ task }) => task.isWaitingForPromise)
    );
  }

  report(message: FromSlot): void {
    this.options.send(message);
  }

  private wake(host: () => void): void {
    this.isWoken = true;
    host();
  }

  private stepOne(task: StreamTask): boolean {
    const { clock } = this.options.environment;
    const started = clock.monotonic();
    const result = task.step(this.options.budget.records);
    const ended = clock.monotonic();
    task.book(result, started, ended);
    this.options.budget.onStep(ended - started, result === 'MORE');
    return result === 'MORE';
  }

  private prepare(message: Extract<ToSlot, { type: 'prepare' }>): void {
    this.jobGraph = message.jobGraph;
    this.bufferTimeoutMs = new Configuration(message.jobGraph.configuration).get(CoreOptions.bufferTimeout);
    this.options
      .bind(message, this.options.environment)
      .then(async (program) => {
        this.program = program;
        if (message.role === 'coordinators') {
          this.coordinators = new CoordinatorRuntime(message.jobGraph, program, this);
          await this.coordinators.start();
        }
        this.report({ type: 'prepared' });
      })
      .catch((error: unknown) => this.report({ type: 'failed', error: serializeError(error) }))
      .finally(() => this.options.wake());
  }

  private deploy(message: Extract<ToSlot, { type: 'deploy' }>): void {
    const jobGraph = checkNotNull(this.jobGraph, 'job graph of the slot');
    const depth = jobGraph.vertices.findIndex((vertex) => vertex.id === message.descriptor.vertexId);
    const task = buildTask(this, jobGraph, checkNotNull(this.program, 'bound program of the slot'), message);
    this.tasks.push({ task, depth, attemptId: message.descriptor.attemptId });
    this.tasks.sort((a, b) => b.depth - a.depth);
    const now = this.options.environment.clock.now();
    if (this.nextFlush === Number.POSITIVE_INFINITY) this.nextFlush = now + this.bufferTimeoutMs;
    if (this.nextMetrics === Number.POSITIVE_INFINITY) this.nextMetrics = now + METRICS_INTERVAL_MS;
  }

  private find(attemptId: ExecutionAttemptId): Deployed | undefined {
    return this.tasks.find((deployed) => deployed.attemptId === attemptId);
  }

  private flushOutputs(now: number): void {
    for (const { task } of this.tasks) task.flush();
    this.nextFlush = this.tasks.length === 0 ? Number.POSITIVE_INFINITY : now + Math.max(1, this.bufferTimeoutMs);
  }

  private reportMetrics(now: number): void {
    this.nextMetrics = this.tasks.length === 0 ? Number.POSITIVE_INFINITY : now + METRICS_INTERVAL_MS;
    const { clock } = this.options.environment;
    if (this.tasks.length > 0)
      this.report({ type: 'metrics', metrics: this.tasks.map(({ task }) => task.metrics(clock.monotonic())) });
  }

  private shutdown(): void {
    this.isShutDown = true;
    for (const { task } of this.tasks) task.cancel();
    void this.coordinators?.close();
  }
}
