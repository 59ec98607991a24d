/**
 * Decides what happens to a job: when it deploys, restarts, commits and ends. It sends nothing itself; deployment,
 * commands and the coordinator host do. All methods on the JobMaster's main thread; every callback checks that the
 * attempt it belongs to is still the current one. Mirrors: DefaultScheduler, DefaultExecutionGraph.
 */
import type { AccumulatorSnapshots } from '../../../api/accumulators/accumulator-snapshots.js';
import type { JobStatus } from '../../../api/job-client.js';
import { checkNotNull } from '../../../core/assert.js';
import type { Cancel } from '../../../core/clock.js';
import { FlinkError, type SerializedError, serializeError } from '../../../core/errors.js';
import { type AllocationId, type ExecutionAttemptId, newId, type ResourceId } from '../../../core/ids.js';
import type { TaskExecutionState } from '../../../protocol/task-execution-state.js';
import { CoordinatorHost } from '../coordinator/coordinator-host.js';
import type { Committables, Execution } from '../execution-graph/execution.js';
import { ExecutionGraph } from '../execution-graph/execution-graph.js';
import { canTransition } from '../execution-graph/execution-state-machine.js';
import type { ExecutionVertex } from '../execution-graph/execution-vertex.js';
import type { JobContext } from '../job-context.js';
import { failureOf } from '../job-failure.js';
import { JobStateMachine } from '../job-state-machine.js';
import type { PhysicalSlot, SlotPool } from '../slot-pool.js';
import { commitIncomplete } from './commit-incomplete.js';
import { Deployment } from './deployment.js';
import { cancelExecution, commitExecution } from './execution-commands.js';
import { isRecoverable, type RestartStrategy } from './restart-strategy.js';
import { assignSlots, type SharedSlot, sharedSlotsOf } from './slot-sharing-allocator.js';

export interface SchedulerListener {
  onJobStatusChanged(status: JobStatus, failure: SerializedError | undefined): void;
  /** Failed attempts were replaced. `isFromBeginning`: what the job's sinks sent so far counts for nothing. */
  onRestarted(isFromBeginning: boolean): void;
}

/** What the job is busy with; the job's status says where it is heading. */
type Activity =
  | { readonly kind: 'none' }
  | { readonly kind: 'waitingForSlots'; readonly cancel: Cancel }
  | { readonly kind: 'deploying'; readonly deployment: Deployment }
  | { readonly kind: 'running' }
  | { readonly kind: 'committing' }
  /** Tasks of the failed or cancelled attempt come to their end. */
  | { readonly kind: 'ending' }
  | { readonly kind: 'waitingForRestart'; readonly cancel: Cancel };

export class Scheduler {
  readonly graph: ExecutionGraph;
  private readonly context: JobContext;
  private readonly slotPool: SlotPool;
  private readonly restartStrategy: RestartStrategy;
  private readonly listener: SchedulerListener;
  private readonly states: JobStateMachine;
  private readonly graphId: string;
  private activity: Activity = { kind: 'none' };
  private host: CoordinatorHost | undefined;
  private attemptNumber = 0;
  private restarts = 0;
  private restartDelayMs = 0;
  private jobFailure: SerializedError | undefined;
  /** Set for good once the first task was told to commit: from then on the job can only be completed. */
  private hasCommitStarted = false;
  private isCancelRequested = false;

  constructor(context: JobContext, slotPool: SlotPool, restartStrategy: RestartStrategy, listener: SchedulerListener) {
    this.context = context;
    this.slotPool = slotPool;
    this.restartStrategy = restartStrategy;
    this.listener = listener;
    this.graphId = newId(context.environment.random);
    this.graph = new ExecutionGraph(this.graphId, context.jobGraph);
    this.states = new JobStateMachine((from, to) => this.onTransition(from, to));
  }

  get status(): JobStatus {
    return this.states.status;
  }

  get failure(): SerializedError | undefined {
    return this.jobFailure;
  }

  get numRestarts(): number {
    return this.restarts;
  }

  /** How many slots the job needs in all: per slot sharing group its highest parallelism. */
  get numRequiredSlots(): number {
    return sharedSlotsOf(this.graph.allVertices).length;
  }

  start(): void {
    this.states.transitionTo('CREATED');
    this.allocateSlots(this.graph.allVertices);
  }

  /** Asks the job to stop. Once it commits it is completed instead, so that its output is whole. Idempotent. */
  cancel(): void {
    if (this.states.isEnding) return;
    if (this.hasCommitStarted) {
      this.cancelCommit();
      return;
    }
    this.states.transitionTo('CANCELLING');
    this.endAttempt(true);
  }

  /** Something failed outside any task; subject to the restart strategy. */
  failGlobally(failure: SerializedError): void {
    this.handleFailure(failure);
  }

  updateTaskExecutionState({ attemptId, state, error, accumulators }: TaskExecutionState): void {
    const execution = this.currentExecution(attemptId);
    // Late: another attempt took its place.
    if (execution === undefined || execution.isTerminal) return;
    if (accumulators !== undefined) execution.setAccumulators(accumulators);
    switch (state) {
      case 'INITIALIZING':
      case 'RUNNING':
        if (canTransition(execution.state, state)) execution.transitionTo(state);
        this.checkAllRunning();
        return;
      case 'FINISHED':
        this.onFinished(execution);
        return;
      case 'CANCELED':
        this.onCanceled(execution, error);
        return;
      case 'FAILED':
        this.failExecution(execution, error ?? serializeError(new FlinkError('TASK_FAILED', 'no reason was given')));
        return;
      case 'CREATED':
      case 'SCHEDULED':
      case 'DEPLOYING':
      case 'CANCELING':
      case 'RECONCILING':
        return;
    }
  }

  /** Repeated and late notifications are ignored. */
  notifyReadyToCommit(
    attemptId: ExecutionAttemptId,
    committables: Committables,
    accumulators: AccumulatorSnapshots | undefined,
  ): void {
    const execution = this.currentExecution(attemptId);
    if (execution === undefined || !execution.isDeployed || execution.state === 'CANCELING') return;
    if (execution.readyCommittables === undefined) {
      execution.markReadyToCommit(committables);
      if (accumulators !== undefined) execution.setAccumulators(accumulators);
    }
    if (execution.state !== 'RUNNING') execution.transitionTo('RUNNING');
    this.checkAllRunning();
    this.checkReadyToCommit();
  }

  /** Slots are gone, with all that ran in them. */
  onSlotsLost(slots: readonly PhysicalSlot[], cause: SerializedError): void {
    const lost = new Set<AllocationId>(slots.map(({ allocationId }) => allocationId));
    for (const execution of this.graph.executions()) {
      const slot = execution.slot;
      if (slot === undefined || !lost.has(slot.allocationId) || execution.isTerminal) continue;
      if (execution.state === 'CANCELING') this.onCanceled(execution, cause);
      else this.failExecution(execution, cause);
    }
  }

  onTaskManagerLost(taskManager: ResourceId, cause: SerializedError): void {
    if (this.host?.taskManager === taskManager) this.host.fail(cause);
  }

  onCoordinatorHostState(hostId: string, state: 'RUNNING' | 'FAILED', cause: SerializedError | undefined): void {
    if (this.host?.hostId === hostId) this.host.onStateReported(state, cause);
  }

  /** The host, unless `hostId` names that of an older attempt. */
  coordinatorHost(hostId?: string): CoordinatorHost | undefined {
    return hostId === undefined || this.host?.hostId === hostId ? this.host : undefined;
  }

  /** The subtask whose current attempt this is; undefined for attempts of the past. */
  vertexOf(attemptId: ExecutionAttemptId): ExecutionVertex | undefined {
    return this.graph.vertexOfAttempt(attemptId);
  }

  // --- an attempt, from slots to the end of its tasks

  private allocateSlots(vertices: readonly ExecutionVertex[]): void {
    for (const vertex of vertices) vertex.currentExecution.transitionTo('SCHEDULED');
    const sharedSlots = sharedSlotsOf(vertices);
    const { slotRequestMs } = this.context.timeouts;
    const cancel = this.slotPool.request(
      sharedSlots.length,
      slotRequestMs,
      (slots) => this.deploy(vertices, sharedSlots, slots),
      (available) => this.handleFailure(noResourceAvailable(sharedSlots.length, available, slotRequestMs)),
    );
    this.activity = { kind: 'waitingForSlots', cancel };
  }

  private deploy(
    vertices: readonly ExecutionVertex[],
    sharedSlots: readonly SharedSlot[],
    slots: readonly PhysicalSlot[],
  ): void {
    assignSlots(sharedSlots, slots);
    const host = this.hasCommitStarted ? undefined : this.createCoordinatorHost();
    const { context, graph, attemptNumber } = this;
    const deployment = new Deployment(context, graph, vertices, attemptNumber, host, {
      onPreparationFailed: (failure, slot) => {
        // The TaskManager gave it up and we did not hear of it: the next attempt needs another one.
        if (failure.cause?.code === 'SLOT_UNKNOWN') this.slotPool.remove(slot.allocationId);
        this.handleFailure(failure);
      },
      onTaskSubmitted: (execution) => {
        if (execution.isDeployed) this.host?.onTaskDeployed(execution);
      },
      onSubmissionFailed: (execution, error) => this.failExecution(execution, serializeError(error)),
    });
    this.host = host;
    this.activity = { kind: 'deploying', deployment };
    this.context.log.info('Deploying tasks', { tasks: vertices.length, slots: slots.length, attempt: attemptNumber });
    deployment.start();
  }

  private createCoordinatorHost(): CoordinatorHost | undefined {
    const [source] = this.graph.sourceVertices;
    if (source === undefined) return undefined;
    const first = checkNotNull(this.graph.subtasksOf(source.id)[0], 'Subtask 0 of the first source');
    const { taskManager } = checkNotNull(first.currentExecution.slot, `The slot of ${first.taskName}`);
    const host = new CoordinatorHost(this.context, `${this.graphId}_coordinators_${this.attemptNumber}`, taskManager, {
      onHostRunning: () => {
        if (this.activity.kind === 'deploying' && this.host === host) this.activity.deployment.onHostRunning();
      },
      onHostFailed: (failure) => this.onCoordinatorFailed(host, failure),
      onEventLost: (execution, error) => this.failExecution(execution, serializeError(error)),
    });
    return host;
  }

  private checkAllRunning(): void {
    if (this.activity.kind !== 'deploying') return;
    const areAllRunning = this.graph.executions().every(({ state }) => state === 'RUNNING' || state === 'FINISHED');
    if (!areAllRunning) return;
    this.states.transitionTo('RUNNING');
    if (this.hasCommitStarted) {
      // What is deployed only to commit does so by itself; its final report follows.
      this.activity = { kind: 'committing' };
      this.checkCommitted();
      return;
    }
    this.activity = { kind: 'running' };
    this.checkReadyToCommit();
  }

  private onFinished(execution: Execution): void {
    const isUncommitted = !this.hasCommitStarted && execution.readyCommittables !== undefined;
    if (isUncommitted || !canTransition(execution.state, 'FINISHED')) {
      const what = isUncommitted ? 'before its output was committed' : `in state ${execution.state}`;
      this.failExecution(
        execution,
        serializeError(new FlinkError('ILLEGAL_TRANSITION', `It reported FINISHED ${what}`)),
      );
      return;
    }
    execution.transitionTo('FINISHED');
    this.checkAllRunning();
    this.checkReadyToCommit();
    this.checkCommitted();
    this.checkEnded();
  }

  private onCanceled(execution: Execution, error: SerializedError | undefined): void {
    if (execution.state !== 'CANCELING') {
      const cause = new FlinkError('TASK_CANCELED', 'The TaskManager cancelled it without having been asked', {
        domain: 'external',
      });
      this.failExecution(execution, error ?? serializeError(cause));
      return;
    }
    execution.transitionTo('CANCELED');
    this.checkEnded();
  }

  private failExecution(execution: Execution, cause: SerializedError): void {
    if (execution.isTerminal || this.vertexOf(execution.attemptId)?.currentExecution !== execution) return;
    const wasCanceling = execution.state === 'CANCELING';
    execution.transitionTo('FAILED');
    // What a task says after it was told to stop is no new failure.
    if (!wasCanceling) {
      const taskManager = execution.slot?.taskManager;
      const { taskName, attemptId } = execution;
      this.handleFailure(
        failureOf('TASK_FAILED', `${taskName} failed`, cause, { task: taskName, attemptId, taskManager }),
      );
    }
    this.checkEnded();
  }

  private onCoordinatorFailed(host: CoordinatorHost, failure: SerializedError): void {
    if (this.host !== host) return;
    const sources = this.graph.sourceVertices.flatMap(({ id }) => this.graph.subtasksOf(id));
    // After their sources nobody needs the enumerators.
    if (sources.every((vertex) => vertex.currentExecution.isReadyToCommitOrFinished)) return;
    this.handleFailure(failure);
  }

  // --- commit

  private checkReadyToCommit(): void {
    if (this.activity.kind !== 'running') return;
    const executions = this.graph.executions();
    if (!executions.every((execution) => execution.isReadyToCommitOrFinished)) return;
    this.activity = { kind: 'committing' };
    this.hasCommitStarted = true;
    this.host?.stop();
    const open = executions.filter((execution) => !execution.isTerminal);
    if (open.length > 0) this.context.log.info('Committing the output', { tasks: open.length });
    for (const execution of open) {
      commitExecution(this.context, execution, (error) => this.failExecution(execution, serializeError(error)));
    }
    this.checkCommitted();
  }

  private checkCommitted(): void {
    if (this.activity.kind !== 'committing') return;
    if (!this.graph.executions().every(({ state }) => state === 'FINISHED')) return;
    this.activity = { kind: 'none' };
    this.states.transitionTo('FINISHED');
  }

  /** Half an output helps nobody: the commit goes on, with the restarts that are left, but not for ever. */
  private cancelCommit(): void {
    if (this.isCancelRequested) return;
    this.isCancelRequested = true;
    this.context.log.info('Cancelled while committing: the commit is completed first');
    const failure = serializeError(
      new FlinkError('JOB_CANCELED', 'The job was cancelled while it committed its output', { domain: 'user' }),
    );
    this.context.mainThread.schedule(this.context.timeouts.cancellationMs, () => {
      if (!this.states.isEnding) this.failForGood(failure);
    });
  }

  // --- failure and restart

  private handleFailure(failure: SerializedError): void {
    if (this.states.isEnding) {
      this.context.log.debug('Failure of a job that ends', { error: failure.message });
      return;
    }
    const { kind } = this.activity;
    if (kind === 'waitingForRestart' || kind === 'ending') {
      // The restart is on its way already; only a failure that would come back stops it.
      if (!isRecoverable(failure)) this.failForGood(failure);
      return;
    }
    const delayMs = isRecoverable(failure) ? this.restartStrategy.nextDelayMs() : undefined;
    if (delayMs === undefined) {
      this.failForGood(failure);
      return;
    }
    this.context.log.warn('Restarting the job', { reason: failure.message, delayMs });
    this.jobFailure = failure;
    this.restartDelayMs = delayMs;
    if (this.states.status !== 'RESTARTING') this.states.transitionTo('RESTARTING');
    // Commits that are under way are left alone: the more of them succeed, the less has to be repeated.
    this.endAttempt(!this.hasCommitStarted);
  }

  private failForGood(failure: SerializedError): void {
    this.jobFailure = this.hasCommitStarted ? commitIncomplete(this.graph.executions(), failure) : failure;
    this.states.transitionTo('FAILING');
    this.endAttempt(true);
  }

  private endAttempt(cancelTasks: boolean): void {
    const before = this.activity;
    this.activity = { kind: 'ending' };
    if (before.kind === 'waitingForSlots' || before.kind === 'waitingForRestart') before.cancel();
    if (before.kind === 'deploying') before.deployment.abort();
    this.host?.stop();
    for (const execution of this.graph.executions()) {
      if (execution.state === 'CREATED' || execution.state === 'SCHEDULED') execution.transitionTo('CANCELED');
      else if (cancelTasks && execution.isDeployed && execution.state !== 'CANCELING') this.cancelTask(execution);
    }
    this.checkEnded();
  }

  private cancelTask(execution: Execution): void {
    execution.transitionTo('CANCELING');
    cancelExecution(this.context, execution, () => this.onCanceled(execution, undefined));
  }

  private checkEnded(): void {
    if (this.activity.kind !== 'ending') return;
    if (!this.graph.executions().every((execution) => execution.isTerminal)) return;
    this.activity = { kind: 'none' };
    if (this.states.status === 'CANCELLING') this.states.transitionTo('CANCELED');
    else if (this.states.status === 'FAILING') this.states.transitionTo('FAILED');
    else {
      const cancel = this.context.mainThread.schedule(this.restartDelayMs, () => this.restart());
      this.activity = { kind: 'waitingForRestart', cancel };
    }
  }

  private restart(): void {
    const { hasCommitStarted, graph } = this;
    const vertices = graph.allVertices.filter(
      ({ currentExecution }) => !hasCommitStarted || currentExecution.state !== 'FINISHED',
    );
    this.attemptNumber++;
    this.restarts++;
    for (const vertex of vertices) graph.resetForNewExecution(vertex, this.attemptNumber, hasCommitStarted);
    this.listener.onRestarted(!hasCommitStarted);
    this.allocateSlots(vertices);
  }

  private onTransition(from: JobStatus, to: JobStatus): void {
    if (this.states.isTerminal) this.host?.stop();
    this.context.log.info(`Job switched from ${from} to ${to}`, { attempt: this.attemptNumber });
    this.listener.onJobStatusChanged(to, to === 'FAILED' ? this.jobFailure : undefined);
  }

  private currentExecution(attemptId: ExecutionAttemptId): Execution | undefined {
    return this.vertexOf(attemptId)?.currentExecution;
  }
}

function noResourceAvailable(needed: number, available: number, timeoutMs: number): SerializedError {
  return serializeError(
    new FlinkError(
      'NO_RESOURCE_AVAILABLE',
      `The job needs ${needed} slots and got ${available} within ${timeoutMs} ms (slot.request.timeout)`,
      {
        domain: 'external',
        details: { needed, available },
        remedy:
          'Start more TaskManagers, give them more slots (taskmanager.numberOfTaskSlots), or lower the parallelism.',
      },
    ),
  );
}
