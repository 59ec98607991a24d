/**
 * One channel between two subtasks as both ends get it. Remote channels (between processes) are a later kind.
 *
 * Shared memory of a result partition: `segments` holds `numSegments` buffers of `segmentBytes`; `states[i]` is 0 while
 * segment i is free. The producing thread alone sets it to 1, the consuming thread alone back to 0: one writer for each
 * direction, no locks, so that either thread may die at any instruction. `ring` is the queue of filled segments of one
 * channel: [head, tail, blockedFlag, exclusive segments a channel, then capacity × (segment, length)].
 */
export type ChannelHandle =
  | {
      readonly kind: 'shared';
      readonly segments: SharedArrayBuffer;
      readonly states: SharedArrayBuffer;
      readonly segmentBytes: number;
      readonly ring: SharedArrayBuffer;
      /** Doorbells of this process, one int32 a slot thread: rung with Atomics.add + notify. */
      readonly doorbells: SharedArrayBuffer;
      readonly producerDoorbell: number;
      readonly consumerDoorbell: number;
    }
  /** Both ends run in the same slot: records pass by reference, the task finds the other end by attempt id. */
  | { readonly kind: 'local' };
