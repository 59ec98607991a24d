/** What must hold in every schedule, whatever went wrong. Each check throws SIMULATION_VIOLATION. */
import type { SerializedError } from '../../core/errors.js';
import type { AllocationId, ExecutionAttemptId } from '../../core/ids.js';
import type { FaultPlan } from './fault-plan.js';
import { type SimulatedCluster, violation } from './simulated-cluster.js';
import type { SimulatedClient } from './simulated-client.js';
import { asSortedText } from './simulated-job.js';

/** Codes that no outside fault explains. */
const DEFECTS = [
  'INTERNAL_ERROR',
  'ILLEGAL_STATE',
  'ILLEGAL_TRANSITION',
  'ILLEGAL_ARGUMENT',
  'NOT_MAIN_THREAD',
  'UNKNOWN_RPC_METHOD',
  'RPC_NOT_SERIALIZABLE',
];

/** At any time: one slot for each allocation, one TaskManager for each attempt. */
export function checkOwnership(cluster: SimulatedCluster): void {
  const allocations = new Map<AllocationId, string>();
  const attempts = new Map<ExecutionAttemptId, string>();
  for (const { name, executor } of cluster.taskManagers) {
    const { slots, runningTasks } = executor.usage;
    for (const { allocationId, slotId } of slots) {
      if (allocationId === undefined) continue;
      const other = allocations.get(allocationId);
      if (other !== undefined) throw violation(`allocation ${allocationId} holds two slots, ${other} and ${slotId}`);
      allocations.set(allocationId, slotId);
    }
    for (const attemptId of runningTasks) {
      const other = attempts.get(attemptId);
      if (other !== undefined) throw violation(`attempt ${attemptId} runs twice, on ${other} and ${name}`);
      attempts.set(attemptId, name);
    }
  }
}

/** The job ended as the faults allow: with the right result, or with a cause that is one. */
export function checkOutcome(cluster: SimulatedCluster, plan: FaultPlan, hits: number): void {
  const { client, job } = cluster;
  const { result } = client;
  if (result === undefined) throw violation('the job has no result');
  checkCommitted(cluster, result.status === 'FINISHED', result.failure);
  if (result.status === 'FINISHED') {
    checkEqual('collected', asSortedText(client.collected), job.expected);
    return;
  }
  if (result.status === 'CANCELED') {
    if (!client.isCancelRequested) throw violation('the job is CANCELED, and nobody asked for it');
    return;
  }
  if (hits === 0) throw violation(`the job FAILED without any fault: ${describe(result.failure)}`);
  if (!isLegitimate(result.failure, client, plan)) {
    throw violation(
      `the job FAILED after ${client.numRestarts} of ${plan.restartAttempts} restarts: ${describe(result.failure)}`,
    );
  }
}

/** Nothing is held any more, and everybody agrees on that. Answers what is left, for a patient caller to ask again. */
export async function findLeftovers(cluster: SimulatedCluster): Promise<readonly string[]> {
  const leftovers: string[] = [];
  const expectNone = (what: string, count: number): void => {
    if (count !== 0) leftovers.push(`${what}: ${count}`);
  };
  let numSlots = 0;
  for (const { name, executor, rpcService } of cluster.taskManagers) {
    const { slots, runningTasks, threads, jobs, pendingReports } = executor.usage;
    numSlots += slots.length;
    for (const { slotId, state } of slots) if (state !== 'FREE') leftovers.push(`slot ${slotId} is ${state}`);
    expectNone(`running tasks of ${name}`, runningTasks.length);
    expectNone(`slot threads of ${name}`, threads);
    expectNone(`job connections of ${name}`, jobs);
    expectNone(`unacknowledged reports of ${name}`, pendingReports);
    expectNone(`pending calls of ${name}`, rpcService.usage.pendingCalls);
  }
  const { partitions, channels, doorbells } = cluster.shuffle.usage;
  expectNone('result partitions', partitions);
  expectNone('channels', channels);
  expectNone('doorbells', doorbells);
  // The Dispatcher and the ResourceManager.
  expectNone('endpoints of ended jobs', cluster.jobManagerRpc.usage.endpoints - 2);
  expectNone('pending calls of the JobManager', cluster.jobManagerRpc.usage.pendingCalls);
  const overview = await cluster.clusterOverview();
  const expected = { taskManagers: cluster.taskManagers.length, slotsTotal: numSlots, slotsAvailable: numSlots };
  for (const key of ['taskManagers', 'slotsTotal', 'slotsAvailable'] as const) {
    if (overview[key] !== expected[key])
      leftovers.push(`the ResourceManager says ${key} = ${overview[key]}, there are ${expected[key]}`);
  }
  return leftovers;
}

/** What others can see: everything once when the job finished, nothing when it did not. */
function checkCommitted(cluster: SimulatedCluster, isFinished: boolean, failure: SerializedError | undefined): void {
  const { store, expected } = cluster.job;
  const writers = new Map<string, string>();
  for (const transaction of store.visible.keys()) {
    const subtask = transaction.split('/')[0] as string;
    const other = writers.get(subtask);
    if (other !== undefined)
      throw violation(`two attempts of sink subtask ${subtask} are committed: ${other} and ${transaction}`);
    writers.set(subtask, transaction);
  }
  const visible = asSortedText([...store.visible.values()].flat());
  if (isFinished) checkEqual('committed', visible, expected);
  // A commit that was under way may be incomplete, and must be called that.
  else if (visible.length > 0 && !hasCode(failure, 'COMMIT_INCOMPLETE')) {
    throw violation(`the job did not finish, but ${visible.length} records are committed: ${describe(failure)}`);
  }
}

/** All restarts are used up, or somebody cancelled when it was too late for that; and it is no defect of ours. */
function isLegitimate(
  failure: SerializedError | undefined,
  { numRestarts, isCancelRequested }: SimulatedClient,
  plan: FaultPlan,
): boolean {
  if (failure === undefined || DEFECTS.some((code) => hasCode(failure, code))) return false;
  return numRestarts === plan.restartAttempts || (isCancelRequested && hasCode(failure, 'COMMIT_INCOMPLETE'));
}

function hasCode(failure: SerializedError | undefined, code: string): boolean {
  for (let error = failure; error !== undefined; error = error.cause) if (error.code === code) return true;
  return false;
}

function checkEqual(what: string, actual: readonly string[], expected: readonly string[]): void {
  if (actual.length === expected.length && actual.every((value, index) => value === expected[index])) return;
  throw violation(`${what} [${actual.join(', ')}], expected [${expected.join(', ')}]`);
}

function describe(failure: SerializedError | undefined): string {
  const chain: string[] = [];
  for (let error = failure; error !== undefined; error = error.cause)
    chain.push(`${error.code ?? error.name}: ${error.message}`);
  return chain.length === 0 ? 'no cause' : chain.join(' <- ');
}
