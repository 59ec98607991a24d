/** The coordinator hosts of a TaskExecutor: at most one start for each id, whatever is repeated or comes late. */
import { FlinkError } from '../core/errors.js';
import type { AllocationId, OperatorId, ResourceId } from '../core/ids.js';
import { CoordinatorHost } from './coordinator-host.js';
import type { EstablishedConnection, JobConnection } from './job-leader-service.js';
import type { ShuffleEnvironment } from './shuffle-environment.js';
import type { PrepareMessage, SlotThreads } from './slot-worker.js';
import type { SlotLocation } from '../protocol/task-deployment-descriptor.js';

export class CoordinatorHosts {
  private readonly resourceId: ResourceId;
  private readonly shuffle: ShuffleEnvironment;
  private readonly threads: SlotThreads;
  private readonly running = new Map<string, CoordinatorHost>();

  constructor(resourceId: ResourceId, shuffle: ShuffleEnvironment, threads: SlotThreads) {
    this.resourceId = resourceId;
    this.shuffle = shuffle;
    this.threads = threads;
  }

  /** Starts the host unless it was started before, also when it has been stopped since. */
  start(
    hostId: string,
    connection: JobConnection,
    { reporter }: EstablishedConnection,
    { jobGraph, program }: Pick<PrepareMessage, 'jobGraph' | 'program'>,
  ): void {
    if (connection.hostIds.has(hostId)) return;
    connection.hostIds.add(hostId);
    const prepare = { type: 'prepare', jobGraph, program, role: 'coordinators' } as const;
    // Nobody shares memory with it: it is reached by messages, and its doorbell is never rung from outside.
    const doorbell = this.shuffle.acquireDoorbell(this.locationOf(hostId));
    this.running.set(hostId, new CoordinatorHost(hostId, doorbell, prepare, this.threads, reporter));
  }

  /** Throws HOST_UNKNOWN, or EVENT_LOST when an event before this one did not arrive. */
  sendEvent(hostId: string, operatorId: OperatorId, subtask: number, event: unknown, sequence: number): void {
    const host = this.running.get(hostId);
    if (host === undefined) {
      throw new FlinkError('HOST_UNKNOWN', `coordinator host ${hostId} does not run here`, {
        domain: 'external',
        details: { hostId },
      });
    }
    host.sendEvent(operatorId, subtask, event, sequence);
  }

  /** Idempotent, also for hosts that never ran here. */
  stop(hostId: string): void {
    const host = this.running.get(hostId);
    if (host === undefined) return;
    this.running.delete(hostId);
    host.stop();
    this.shuffle.releaseLocation(this.locationOf(hostId));
  }

  /** Stops those of one job. */
  stopAll({ hostIds }: JobConnection): void {
    for (const hostId of hostIds) this.stop(hostId);
  }

  private locationOf(hostId: string): SlotLocation {
    return { taskManager: this.resourceId, allocationId: hostId as AllocationId };
  }
}
