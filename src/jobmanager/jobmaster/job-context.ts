/** What the parts of one JobMaster share: whom they work for and through what they reach the TaskManagers. */
import type { Environment } from '../../core/environment.js';
import type { FencingToken, ResourceId } from '../../core/ids.js';
import type { Logger } from '../../core/logger.js';
import type { MainThread } from '../../core/main-thread.js';
import type { JobGraph } from '../../graph/job-graph.js';
import type { TaskExecutorGateway } from '../../protocol/gateways.js';
import type { ProgramReference } from '../../protocol/job-messages.js';

/** The TaskManagers that are registered at this JobMaster. */
export interface TaskManagers {
  /** Undefined once the TaskManager is gone. */
  gatewayOf(taskManager: ResourceId): TaskExecutorGateway | undefined;
  /** A call failed: when nobody was there the TaskManager counts as lost. */
  onCallFailed(taskManager: ResourceId, error: unknown): void;
}

/** Milliseconds, from the configuration of the job. */
export interface JobTimeouts {
  readonly slotRequestMs: number;
  /** A command whose effect was not reported is repeated after this time. */
  readonly repeatMs: number;
  /** How long slots and the coordinator host may take to load and bind the program. */
  readonly preparationMs: number;
  readonly cancellationMs: number;
}

export interface JobContext {
  readonly jobGraph: JobGraph;
  readonly program: ProgramReference;
  readonly jobMasterId: FencingToken;
  readonly environment: Environment;
  readonly mainThread: MainThread;
  readonly log: Logger;
  readonly timeouts: JobTimeouts;
  readonly taskManagers: TaskManagers;
}
