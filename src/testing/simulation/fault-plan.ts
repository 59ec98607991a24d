/**
 * What goes wrong in one schedule, drawn from its seed: a random subset of fault kinds with random rates, and a cluster
 * and job of random size (swarm testing: schedules with few kinds reach states that schedules with all kinds do not).
 */
import type { Random } from '../../core/random.js';
import type { NetworkConditions } from './simulated-network.js';

/** Faults that happen at a point in time. */
export const TIMED_FAULTS = [
  'task-manager-kill',
  'task-manager-vanish',
  'task-manager-pause',
  'job-manager-pause',
  'partition',
  'one-way-block',
  'slot-loss',
  'deaf-slot',
  'user-failure',
  'cancel-job',
] as const;
export type TimedFaultKind = (typeof TIMED_FAULTS)[number];

/** Faults that hit single messages. */
const MESSAGE_FAULTS = ['request-loss', 'answer-loss', 'slow-message'] as const;
type MessageFaultKind = (typeof MESSAGE_FAULTS)[number];

/** Calls between which the delicate moments lie. */
const DELICATE_CALLS = [
  'requestSlot',
  'offerSlots',
  'prepareSlot',
  'submitTask',
  'notifyReadyToCommit',
  'commitTask',
  'freeSlot',
] as const;

export interface TimedFault {
  readonly kind: TimedFaultKind;
  /** Virtual time, or the delay after the n-th call of this method. */
  readonly atMs: number;
  readonly trigger: { readonly method: string; readonly nth: number } | undefined;
  /** How long it lasts, or until what died comes back. */
  readonly durationMs: number;
  /** Chooses the TaskManager, slot or subtask it hits: a share of how many there are, in [0, 1). */
  readonly target: number;
}

export interface FaultPlan {
  readonly seed: number;
  readonly numTaskManagers: number;
  readonly slotsPerTaskManager: number;
  readonly parallelism: number;
  readonly numRecords: number;
  readonly restartAttempts: number;
  readonly restartDelayMs: number;
  /** Virtual time that a slot's turn takes at most: the slower, the more happens while the job runs. */
  readonly slotTurnMs: number;
  readonly recordsPerStep: number;
  readonly network: NetworkConditions;
  readonly faults: readonly TimedFault[];
  /** From here on nothing goes wrong any more. */
  readonly calmAtMs: number;
}

const FAULTY_PHASE_MS = 20_000;
const LONGEST_FAULT_MS = 12_000;

export function createFaultPlan(seed: number, random: Random): FaultPlan {
  const numTaskManagers = between(random, 1, 3);
  const slotsPerTaskManager = between(random, 1, 2);
  const parallelism = between(random, 1, Math.min(4, numTaskManagers * slotsPerTaskManager));
  const hasMessageFault = new Set<MessageFaultKind>(MESSAGE_FAULTS.filter(() => random.next() < 0.5));
  const rate = (kind: MessageFaultKind, highest: number): number =>
    hasMessageFault.has(kind) ? random.next() * highest : 0;
  return {
    seed,
    numTaskManagers,
    slotsPerTaskManager,
    parallelism,
    numRecords: between(random, 1, 60),
    restartAttempts: between(random, 0, 6),
    restartDelayMs: between(random, 0, 1_500),
    slotTurnMs: between(random, 1, 120),
    recordsPerStep: between(random, 1, 4),
    network: {
      minLatencyMs: 0.1,
      maxLatencyMs: 0.2 + random.next() * 20,
      requestLoss: rate('request-loss', 0.08),
      answerLoss: rate('answer-loss', 0.08),
      slowMessage: rate('slow-message', 0.1),
      slowMessageMs: 3_000,
    },
    faults: timedFaults(random),
    calmAtMs: FAULTY_PHASE_MS,
  };
}

function timedFaults(random: Random): readonly TimedFault[] {
  const kinds = TIMED_FAULTS.filter((kind) => random.next() < (kind === 'cancel-job' ? 0.1 : 0.3));
  const count = kinds.length === 0 ? 0 : between(random, 1, 5);
  return Array.from({ length: count }, () => {
    const isTriggered = random.next() < 0.4;
    return {
      kind: kinds[random.nextInt(kinds.length)] as TimedFaultKind,
      trigger: isTriggered ? delicateMoment(random) : undefined,
      // Most faults while the job starts and runs, some when it may have ended.
      atMs: isTriggered ? random.next() * 30 : random.next() * random.next() * FAULTY_PHASE_MS,
      durationMs: random.next() * LONGEST_FAULT_MS,
      target: random.next(),
    };
  });
}

function delicateMoment(random: Random): { readonly method: string; readonly nth: number } {
  return { method: DELICATE_CALLS[random.nextInt(DELICATE_CALLS.length)] as string, nth: between(random, 1, 4) };
}

function between(random: Random, low: number, high: number): number {
  return low + random.nextInt(high - low + 1);
}
