/**
 * Which subtasks share a slot: subtask i of every vertex of a slot sharing group shares slot i of the group.
 * Mirrors: SlotSharingExecutionSlotAllocator, LocalInputPreferredSlotSharingStrategy without co-location.
 */
import { checkNotNull } from '../../../core/assert.js';
import type { ExecutionVertex } from '../execution-graph/execution-vertex.js';
import type { PhysicalSlot } from '../slot-pool.js';

/** The subtasks that run in one slot. */
export type SharedSlot = readonly ExecutionVertex[];

/** One entry a needed slot: groups in order of their first vertex, subtasks ascending. */
export function sharedSlotsOf(vertices: readonly ExecutionVertex[]): readonly SharedSlot[] {
  const groups = new Map<string, Map<number, ExecutionVertex[]>>();
  for (const vertex of vertices) {
    const name = vertex.jobVertex.slotSharingGroup;
    const group = groups.get(name) ?? new Map<number, ExecutionVertex[]>();
    groups.set(name, group);
    const sharers = group.get(vertex.subtaskIndex) ?? [];
    group.set(vertex.subtaskIndex, sharers);
    sharers.push(vertex);
  }
  return [...groups.values()].flatMap((group) =>
    [...group.entries()].sort(([a], [b]) => a - b).map(([, sharers]) => sharers),
  );
}

/** Gives slot i to the subtasks of shared slot i. */
export function assignSlots(sharedSlots: readonly SharedSlot[], slots: readonly PhysicalSlot[]): void {
  sharedSlots.forEach((sharers, index) => {
    const slot = checkNotNull(slots[index], `Slot ${index}`);
    for (const vertex of sharers) vertex.currentExecution.assignSlot(slot);
  });
}
