/** One seeded schedule from start to end: cluster, job, faults, calm, checks. */
import type { FaultPoints } from '../../core/environment.js';
import { createLogger, type Logger } from '../../core/logger.js';
import { SeededRandom } from '../../core/random.js';
import { checkOutcome, checkOwnership, findLeftovers } from './checkers.js';
import { type FaultKind, FaultInjector } from './fault-injector.js';
import { createFaultPlan, type FaultPlan } from './fault-plan.js';
import { SimulatedCluster, violation } from './simulated-cluster.js';
import { SimulatedScheduler } from './simulated-scheduler.js';

/** After the faults the job must end within this virtual time. */
const LIVENESS_MS = 5 * 60_000;
/** After the job everything must be given back within this virtual time. */
const CLEANUP_MS = 2 * 60_000;
const CLEANUP_CHECK_MS = 2_000;
/** After a stop nothing may be scheduled for longer than this. */
const STOP_MS = 60_000;
const OWNERSHIP_CHECK_MS = 250;

export interface ScheduleOptions {
  /** Fault points of the components that are planted, each hit with this probability. */
  readonly planted?: ReadonlyMap<string, number>;
  /** Receives the story of the schedule. */
  readonly trace?: (line: string) => void;
}

export interface ScheduleReport {
  readonly seed: number;
  readonly plan: FaultPlan;
  readonly status: string;
  readonly hits: ReadonlyMap<FaultKind, number>;
  readonly numRestarts: number;
  readonly numEvents: number;
  readonly virtualMs: number;
  readonly traceHash: string;
  /** What was violated; undefined when all is well. */
  readonly violation: Error | undefined;
}

export async function runSchedule(seed: number, options: ScheduleOptions = {}): Promise<ScheduleReport> {
  const random = new SeededRandom(seed);
  const plan = createFaultPlan(seed, random);
  const scheduler = new SimulatedScheduler(random);
  const trace = (line: string): void => options.trace?.(`${scheduler.now.toFixed(1)} ${line}`);
  const injector = new FaultInjector(scheduler, plan, trace);
  const errors: string[] = [];
  const cluster = new SimulatedCluster({
    scheduler,
    random,
    plan,
    faults: plantedFaults(options.planted ?? new Map(), new SeededRandom(seed + 1)),
    onNetworkFault: (fault) => injector.count(fault),
    failsNow: () => injector.failsNow(),
    log: storyLogger(trace, errors),
  });
  injector.start(cluster);
  let failure: Error | undefined;
  try {
    await runToEnd(scheduler, cluster, plan, injector);
    if (errors[0] !== undefined) throw violation(`an error was logged: ${errors[0]}`);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  return {
    seed,
    plan,
    status: cluster.client.result?.status ?? 'UNKNOWN',
    hits: injector.hits,
    numRestarts: cluster.client.numRestarts,
    numEvents: scheduler.numEvents,
    virtualMs: scheduler.now,
    traceHash: scheduler.traceHash,
    violation: failure,
  };
}

async function runToEnd(
  scheduler: SimulatedScheduler,
  cluster: SimulatedCluster,
  plan: FaultPlan,
  injector: FaultInjector,
): Promise<void> {
  cluster.start();
  const { client } = cluster;
  let nextCheckMs = 0;
  const isOver = (): boolean => {
    if (scheduler.now >= nextCheckMs) {
      checkOwnership(cluster);
      nextCheckMs = scheduler.now + OWNERSHIP_CHECK_MS;
    }
    return client.result !== undefined || client.error !== undefined;
  };
  const hasEnded = await scheduler.run(plan.calmAtMs + LIVENESS_MS, isOver);
  if (client.error !== undefined) throw client.error;
  if (!hasEnded) throw violation(`the job has not ended ${LIVENESS_MS / 60_000} virtual minutes after the last fault`);
  checkOutcome(cluster, plan, injector.numHits);
  await checkQuietEnd(scheduler, cluster, plan);
  await checkStop(scheduler, cluster);
}

async function checkQuietEnd(scheduler: SimulatedScheduler, cluster: SimulatedCluster, plan: FaultPlan): Promise<void> {
  // Faults that outlive the job end with the plan; while they last nobody can agree on anything.
  if (plan.faults.length > 0 || hasNetworkFaults(plan)) await scheduler.run(plan.calmAtMs, () => false);
  const deadlineMs = scheduler.now + CLEANUP_MS;
  for (;;) {
    const leftovers = await settle(scheduler, findLeftovers(cluster));
    if (leftovers.length === 0) return;
    if (scheduler.now >= deadlineMs) throw violation(`left behind after the job: ${leftovers.join('; ')}`);
    await scheduler.run(scheduler.now + CLEANUP_CHECK_MS, () => false);
  }
}

async function checkStop(scheduler: SimulatedScheduler, cluster: SimulatedCluster): Promise<void> {
  await settle(scheduler, cluster.stop());
  const isIdle = await scheduler.run(scheduler.now + STOP_MS, () => false);
  if (!isIdle) throw violation(`${scheduler.pending} timers are left after the cluster was stopped`);
}

function hasNetworkFaults({ network }: FaultPlan): boolean {
  return network.requestLoss + network.answerLoss + network.slowMessage > 0;
}

/** Lets virtual time pass until the promise has settled. */
async function settle<T>(scheduler: SimulatedScheduler, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const mark = (): void => {
    isSettled = true;
  };
  promise.then(mark, mark);
  await scheduler.run(scheduler.now + STOP_MS, () => isSettled);
  if (!isSettled) throw violation('a call to the cluster has no answer');
  return promise;
}

function plantedFaults(planted: ReadonlyMap<string, number>, random: SeededRandom): FaultPoints {
  return {
    hits: (point) => {
      const probability = planted.get(point);
      return probability !== undefined && random.next() < probability;
    },
  };
}

/** An error in the log is a defect: whatever goes wrong outside is a warning at most. */
function storyLogger(trace: (line: string) => void, errors: string[]): Logger {
  return createLogger((level, message, fields) => {
    const { process, component, ...facts } = fields;
    const line = `${level} [${String(process)} ${String(component)}] ${message} ${inline(facts)}`;
    trace(line);
    if (level === 'error') errors.push(line);
  }, 'debug');
}

function inline(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .map(([key, value]) => `${key}=${value instanceof Error ? (value.stack ?? value.message) : String(value)}`)
    .join(' ');
}
