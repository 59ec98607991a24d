/** Branded identifiers: strings at run time, not interchangeable for the compiler. Hex ids are Flink's 32 characters. */
import type { Random } from './random.js';

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type JobId = Id<'JobId'>;
export type JobVertexId = Id<'JobVertexId'>;
export type OperatorId = Id<'OperatorId'>;
export type ExecutionAttemptId = Id<'ExecutionAttemptId'>;
export type AllocationId = Id<'AllocationId'>;
export type ResourceId = Id<'ResourceId'>;
export type SlotId = Id<'SlotId'>;
export type InstanceId = Id<'InstanceId'>;
export type IntermediateDataSetId = Id<'IntermediateDataSetId'>;
/** Who leads: every message to a leader carries the token of the leadership it was meant for. */
export type FencingToken = Id<'FencingToken'>;

/** A fresh 32-character hexadecimal id. */
export function newId<T extends string>(random: Random): T {
  return random.hex(16) as T;
}

export function slotIdOf(taskManager: ResourceId, index: number): SlotId {
  return `${taskManager}_${index}` as SlotId;
}

/** Flink's form: execution graph id, vertex, subtask, attempt number. */
export function executionAttemptIdOf(
  graph: string,
  vertex: JobVertexId,
  subtaskIndex: number,
  attemptNumber: number,
): ExecutionAttemptId {
  return `${graph}_${vertex}_${subtaskIndex}_${attemptNumber}` as ExecutionAttemptId;
}
