/**
 * The slots of a TaskExecutor from request to release: offers them to their JobMaster, gives them back when nobody
 * accepts them, ends what runs in them before they are free again. On the TaskExecutor's main thread.
 */
import type { Cancel } from '../core/clock.js';
import type { FaultPoints } from '../core/environment.js';
import { FlinkError, serializeError } from '../core/errors.js';
import type { AllocationId, JobId, ResourceId, SlotId } from '../core/ids.js';
import type { Logger } from '../core/logger.js';
import type { MainThread } from '../core/main-thread.js';
import type { SlotOffer } from '../protocol/gateways.js';
import type { JobConnection } from './job-leader-service.js';
import { isUnanswered } from './job-master-reporter.js';
import type { SlotExecution } from './slot-execution.js';
import type { SlotTable } from './slot-table.js';

const OFFER_RETRY_MS = 100;

export interface TaskSlotsServices {
  readonly resourceId: ResourceId;
  readonly table: SlotTable;
  readonly mainThread: MainThread;
  readonly log: Logger;
  readonly faults: FaultPoints;
  /** How long a slot that no JobMaster accepted stays reserved. */
  readonly slotTimeoutMs: number;
  /** The connection to the job's current JobMaster. */
  readonly connectionOf: (jobId: JobId) => JobConnection | undefined;
}

export interface TaskSlotsListener {
  onSlotFree(slotId: SlotId, allocationId: AllocationId): void;
  /** The job holds no slot here any more. */
  onJobWithoutSlots(jobId: JobId): void;
}

export class TaskSlots {
  private readonly services: TaskSlotsServices;
  private readonly listener: TaskSlotsListener;
  /** The newest execution of each taken slot, also after it ended. */
  private readonly executions = new Map<AllocationId, SlotExecution>();
  private readonly timeouts = new Map<AllocationId, Cancel>();

  constructor(services: TaskSlotsServices, listener: TaskSlotsListener) {
    this.services = services;
    this.listener = listener;
  }

  /** Reserves a slot; a repeated request changes nothing. Throws SLOT_UNKNOWN or SLOT_OCCUPIED. */
  allocate(slotId: SlotId, jobId: JobId, allocationId: AllocationId): void {
    const { table, mainThread, log, slotTimeoutMs } = this.services;
    const { state } = table.allocate(slotId, jobId, allocationId);
    if (state !== 'ALLOCATED' || this.timeouts.has(allocationId)) return;
    log.debug('Slot allocated', { slotId, jobId, allocationId });
    const reason = 'the JobMaster did not accept it in time';
    this.timeouts.set(
      allocationId,
      mainThread.schedule(slotTimeoutMs, () => this.giveUp(allocationId, reason)),
    );
  }

  /** Offers what the job was given and has not accepted yet, one offer at a time. */
  offer(connection: JobConnection): void {
    const { jobId, established } = connection;
    const { table, mainThread, resourceId } = this.services;
    if (established === undefined || connection.isOffering || !this.isCurrent(connection)) return;
    const offers = table
      .ofJob(jobId)
      .filter(({ state }) => state === 'ALLOCATED')
      .map(({ allocationId, index }): SlotOffer => ({ allocationId, slotIndex: index }));
    if (offers.length === 0) return;
    connection.isOffering = true;
    mainThread.handle(
      established.gateway.offerSlots(resourceId, offers),
      (accepted) => this.onOfferAnswered(connection, offers, new Set(accepted)),
      (error) => this.onOfferFailed(connection, offers, error),
    );
  }

  /** The JobMaster has accepted the slot. */
  activate(allocationId: AllocationId): void {
    if (this.services.table.markActive(allocationId)) this.cancelTimeout(allocationId);
  }

  /** Ends what runs in the slot and then frees it. Idempotent. */
  release(allocationId: AllocationId, reason: string): void {
    if (!this.services.table.markReleasing(allocationId)) return;
    this.services.log.debug('Releasing slot', { allocationId, reason });
    this.cancelTimeout(allocationId);
    const execution = this.executions.get(allocationId);
    if (execution === undefined || execution.isEnded) this.free(allocationId);
    else execution.release();
  }

  executionIn(allocationId: AllocationId): SlotExecution | undefined {
    return this.executions.get(allocationId);
  }

  setExecution(allocationId: AllocationId, execution: SlotExecution): void {
    this.executions.set(allocationId, execution);
  }

  /** An execution of the slot is over: frees the slot if it only waited for that. */
  onExecutionEnded(allocationId: AllocationId, ended: SlotExecution): void {
    if (this.services.mainThread.isStopped || this.executions.get(allocationId) !== ended) return;
    if (this.services.table.byAllocation(allocationId)?.state === 'RELEASING') this.free(allocationId);
  }

  allExecutions(): Iterable<SlotExecution> {
    return this.executions.values();
  }

  private onOfferAnswered(
    connection: JobConnection,
    offers: readonly SlotOffer[],
    accepted: ReadonlySet<AllocationId>,
  ): void {
    connection.isOffering = false;
    if (!this.isCurrent(connection)) return;
    for (const { allocationId } of offers) {
      if (accepted.has(allocationId)) this.activate(allocationId);
      else this.release(allocationId, 'the JobMaster does not need it');
    }
    this.offer(connection);
  }

  private onOfferFailed(connection: JobConnection, offers: readonly SlotOffer[], error: unknown): void {
    connection.isOffering = false;
    if (!this.isCurrent(connection)) return;
    const { mainThread, log } = this.services;
    if (isUnanswered(error)) {
      mainThread.schedule(OFFER_RETRY_MS, () => this.offer(connection));
      return;
    }
    log.warn('The JobMaster refused an offer of slots', { jobId: connection.jobId, error });
    const reason = error instanceof Error ? error.message : String(error);
    for (const { allocationId } of offers) this.giveUp(allocationId, reason);
  }

  /** Frees a slot of which the JobMaster may believe that it has it. */
  private giveUp(allocationId: AllocationId, reason: string): void {
    const { table, resourceId, connectionOf } = this.services;
    const jobId = table.byAllocation(allocationId)?.jobId;
    if (jobId === undefined) return;
    const cause = serializeError(new FlinkError('SLOT_GIVEN_UP', `slot given back: ${reason}`, { domain: 'external' }));
    connectionOf(jobId)?.established?.reporter.sendOnce((gateway) => gateway.failSlot(resourceId, allocationId, cause));
    this.release(allocationId, reason);
  }

  private free(allocationId: AllocationId): void {
    const { faults, table } = this.services;
    if (faults.hits('slot-leak')) return;
    this.executions.delete(allocationId);
    const slot = table.free(allocationId);
    if (slot === undefined) return;
    this.listener.onSlotFree(slot.slotId, allocationId);
    if (table.ofJob(slot.jobId).length === 0) this.listener.onJobWithoutSlots(slot.jobId);
  }

  private cancelTimeout(allocationId: AllocationId): void {
    this.timeouts.get(allocationId)?.();
    this.timeouts.delete(allocationId);
  }

  private isCurrent(connection: JobConnection): boolean {
    return this.services.connectionOf(connection.jobId) === connection;
  }
}
