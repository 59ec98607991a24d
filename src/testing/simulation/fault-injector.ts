/** Carries out the timed faults of a plan, and counts every fault that hit something while the job was on its way. */
import type { FaultPlan, TimedFault, TimedFaultKind } from './fault-plan.js';
import { JOB_MANAGER, type SimulatedCluster, type SimulatedTaskManager } from './simulated-cluster.js';
import type { NetworkFault } from './simulated-network.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { SimulatedScheduler } from './simulated-scheduler.js';

export type FaultKind = TimedFaultKind | NetworkFault;

export class FaultInjector {
  readonly hits = new Map<FaultKind, number>();
  private readonly scheduler: SimulatedScheduler;
  private readonly plan: FaultPlan;
  private readonly log: (line: string) => void;
  private cluster: SimulatedCluster | undefined;
  private userFailures = 0;
  private readonly calls = new Map<string, number>();

  constructor(scheduler: SimulatedScheduler, plan: FaultPlan, log: (line: string) => void) {
    this.scheduler = scheduler;
    this.plan = plan;
    this.log = log;
  }

  get numHits(): number {
    let sum = 0;
    for (const count of this.hits.values()) sum += count;
    return sum;
  }

  start(cluster: SimulatedCluster): void {
    this.cluster = cluster;
    const { scheduler, plan } = this;
    for (const fault of plan.faults) {
      if (fault.trigger === undefined) scheduler.schedule(fault.atMs, () => this.inject(fault, cluster));
    }
    cluster.network.onCall = (method) => this.onCall(method, cluster);
    scheduler.schedule(plan.calmAtMs, () => {
      cluster.network.isFaulty = false;
    });
  }

  count(kind: FaultKind): void {
    // What goes wrong after the job's end is not counted: it tests little.
    if (this.cluster?.client.result !== undefined) return;
    this.hits.set(kind, (this.hits.get(kind) ?? 0) + 1);
  }

  /** Asked for each record: true once for each planned failure of the user's function. */
  failsNow(): boolean {
    if (this.userFailures === 0) return false;
    this.userFailures--;
    this.count('user-failure');
    return true;
  }

  private onCall(method: string, cluster: SimulatedCluster): void {
    const nth = (this.calls.get(method) ?? 0) + 1;
    this.calls.set(method, nth);
    for (const fault of this.plan.faults) {
      if (fault.trigger?.method !== method || fault.trigger.nth !== nth) continue;
      this.scheduler.schedule(fault.atMs, () => this.inject(fault, cluster));
    }
  }

  private inject(fault: TimedFault, cluster: SimulatedCluster): void {
    if (cluster.client.result !== undefined || this.scheduler.now >= this.plan.calmAtMs) return;
    const { kind, durationMs, target } = fault;
    const taskManager = cluster.taskManagers[Math.floor(target * cluster.taskManagers.length)];
    this.log(`${kind} ${taskManager?.name ?? ''} for ${Math.round(durationMs)} ms`);
    this.scheduler.note(kind);
    switch (kind) {
      case 'user-failure':
        this.userFailures++;
        return;
      case 'cancel-job':
        this.count(kind);
        void cluster.client.cancel();
        return;
      case 'job-manager-pause':
        this.pause(fault, cluster.jobManagerProcess);
        return;
      default:
        if (taskManager !== undefined) this.injectInto(fault, kind, cluster, taskManager);
    }
  }

  private injectInto(
    fault: TimedFault,
    kind: Exclude<TimedFaultKind, 'user-failure' | 'cancel-job' | 'job-manager-pause'>,
    cluster: SimulatedCluster,
    taskManager: SimulatedTaskManager,
  ): void {
    const { name } = taskManager;
    switch (kind) {
      case 'task-manager-kill':
      case 'task-manager-vanish':
        this.count(kind);
        cluster.killTaskManager(taskManager, kind === 'task-manager-vanish');
        this.later(fault, () => cluster.startTaskManager());
        return;
      case 'task-manager-pause':
        this.pause(fault, taskManager.process);
        return;
      case 'partition':
        this.block(fault, cluster, [
          [JOB_MANAGER, name],
          [name, JOB_MANAGER],
        ]);
        return;
      case 'one-way-block':
        this.block(
          fault,
          cluster,
          fault.target * 1_000 - Math.floor(fault.target * 1_000) < 0.5 ? [[JOB_MANAGER, name]] : [[name, JOB_MANAGER]],
        );
        return;
      case 'slot-loss':
        if (taskManager.slotHost.loseThread(fault.target)) this.count(kind);
        return;
      case 'deaf-slot':
        if (taskManager.slotHost.deafenThread(fault.target)) this.count(kind);
    }
  }

  private pause(fault: TimedFault, process: SimulatedProcess): void {
    if (process.isPaused) return;
    this.count(fault.kind);
    process.pause();
    this.later(fault, () => process.resume());
  }

  private block(fault: TimedFault, cluster: SimulatedCluster, links: readonly (readonly [string, string])[]): void {
    this.count(fault.kind);
    for (const [from, to] of links) cluster.network.block(from, to);
    this.later(fault, () => {
      for (const [from, to] of links) cluster.network.unblock(from, to);
    });
  }

  /** When the fault is over, at the latest when it must be calm. */
  private later({ durationMs }: TimedFault, action: () => void): void {
    const remainingMs = Math.max(0, this.plan.calmAtMs - this.scheduler.now);
    this.scheduler.schedule(Math.min(durationMs, remainingMs), action);
  }
}
