/**
 * Brings one attempt of the job onto its slots: prepares every slot and the coordinator host side by side, and when all
 * are ready submits the tasks. Mirrors: DefaultExecutionDeployer.
 */
import { checkNotNull } from '../../../core/assert.js';
import type { Cancel } from '../../../core/clock.js';
import { FlinkError, type SerializedError, serializeError } from '../../../core/errors.js';
import { deliver } from '../command.js';
import type { CoordinatorHost } from '../coordinator/coordinator-host.js';
import type { Execution } from '../execution-graph/execution.js';
import type { ExecutionGraph } from '../execution-graph/execution-graph.js';
import type { ExecutionVertex } from '../execution-graph/execution-vertex.js';
import { createDescriptor } from '../execution-graph/task-deployment-descriptor-factory.js';
import type { JobContext } from '../job-context.js';
import { failureOf } from '../job-failure.js';
import type { PhysicalSlot } from '../slot-pool.js';

export interface DeploymentListener {
  /** A slot could not be prepared; nothing was submitted. Called at most once. */
  onPreparationFailed(failure: SerializedError, slot: PhysicalSlot): void;
  onTaskSubmitted(execution: Execution): void;
  /** The TaskExecutor refused the task. */
  onSubmissionFailed(execution: Execution, error: unknown): void;
}

export class Deployment {
  private readonly context: JobContext;
  private readonly graph: ExecutionGraph;
  private readonly vertices: readonly ExecutionVertex[];
  private readonly attemptNumber: number;
  private readonly host: CoordinatorHost | undefined;
  private readonly listener: DeploymentListener;
  private readonly unprepared = new Set<PhysicalSlot>();
  private isHostReady: boolean;
  private isAborted = false;
  private cancelDeadline: Cancel = () => undefined;

  /** The current executions of `vertices` have their slots. */
  constructor(
    context: JobContext,
    graph: ExecutionGraph,
    vertices: readonly ExecutionVertex[],
    attemptNumber: number,
    host: CoordinatorHost | undefined,
    listener: DeploymentListener,
  ) {
    this.context = context;
    this.graph = graph;
    this.vertices = vertices;
    this.attemptNumber = attemptNumber;
    this.host = host;
    this.isHostReady = host === undefined;
    this.listener = listener;
  }

  start(): void {
    const { mainThread, timeouts } = this.context;
    this.cancelDeadline = mainThread.schedule(timeouts.preparationMs, () => this.onDeadline(timeouts.preparationMs));
    for (const vertex of this.vertices) this.unprepared.add(slotOf(vertex.currentExecution));
    for (const slot of this.unprepared) this.prepare(slot);
    this.host?.start();
  }

  /** The coordinator host of this attempt runs. */
  onHostRunning(): void {
    this.isHostReady = true;
    this.submitWhenReady();
  }

  /** Nothing is sent or reported afterwards. Idempotent. */
  abort(): void {
    this.isAborted = true;
    this.cancelDeadline();
  }

  private prepare(slot: PhysicalSlot): void {
    const { jobGraph, jobMasterId, program } = this.context;
    const { allocationId, taskManager } = slot;
    deliver(this.context, {
      taskManager,
      call: (gateway) => gateway.prepareSlot(allocationId, jobMasterId, jobGraph, program, this.attemptNumber),
      isObsolete: () => this.isAborted || !this.unprepared.has(slot),
      onAcknowledged: () => {
        this.unprepared.delete(slot);
        this.submitWhenReady();
      },
      onRefused: (error) => this.failPreparation(slot, error),
    });
  }

  private onDeadline(timeoutMs: number): void {
    const [slot] = this.unprepared;
    // The coordinator host watches its own start.
    if (slot === undefined) return;
    this.failPreparation(slot, new FlinkError('TIMEOUT', `no answer within ${timeoutMs} ms`, { domain: 'external' }));
  }

  private failPreparation(slot: PhysicalSlot, error: unknown): void {
    if (this.isAborted) return;
    this.abort();
    const { taskManager, slotIndex } = slot;
    const subject = `Slot ${slotIndex} of TaskManager ${taskManager} could not be prepared`;
    const details = { taskManager, slotIndex };
    const failure = failureOf('SLOT_PREPARATION_FAILED', subject, serializeError(error), details);
    this.listener.onPreparationFailed(failure, slot);
  }

  private submitWhenReady(): void {
    if (this.isAborted || !this.isHostReady || this.unprepared.size > 0) return;
    this.cancelDeadline();
    for (const vertex of this.vertices) this.submit(vertex);
  }

  private submit(vertex: ExecutionVertex): void {
    const execution = vertex.currentExecution;
    const descriptor = createDescriptor(this.graph, vertex);
    execution.transitionTo('DEPLOYING');
    deliver(this.context, {
      taskManager: slotOf(execution).taskManager,
      call: (gateway) => gateway.submitTask(descriptor, this.context.jobMasterId),
      isObsolete: () => this.isAborted || execution.isTerminal,
      onAcknowledged: () => this.listener.onTaskSubmitted(execution),
      onRefused: (error) => this.listener.onSubmissionFailed(execution, error),
    });
  }
}

function slotOf(execution: Execution): PhysicalSlot {
  return checkNotNull(execution.slot, `The slot of ${execution.taskName}`);
}
