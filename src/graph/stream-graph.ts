/**
 * The logical graph: one node per operator with the user's functions still attached, virtual nodes (partition, union,
 * side output) resolved into edges. Made in main() and again in each slot's bind run. Mirrors: StreamGraph.
 */
import type { OperatorId } from '../core/ids.js';
import type { Key, KeySelector } from '../api/key.js';
import type { Partitioner } from '../api/partitioner.js';
import type { ChainingStrategy, Erased, OperatorDefinition } from '../api/transformation.js';

export interface StreamEdge {
  /** Unique within the graph and the same in every bind run: `<from>-><to>#<n>`. */
  readonly id: string;
  readonly from: OperatorId;
  readonly to: OperatorId;
  readonly inputIndex: 0 | 1;
  readonly sideOutputTag: string | undefined;
  readonly partitioner: Partitioner;
  /** True when the program left the partitioner open: it follows from the parallelism then, and is no part of the plan. */
  readonly isDefaultPartitioner?: boolean;
}

export interface StreamNode {
  readonly id: OperatorId;
  readonly uid: string;
  /** True when the user gave the uid. */
  readonly hasGivenUid: boolean;
  readonly name: string;
  readonly description: string;
  readonly definition: OperatorDefinition;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly slotSharingGroup: string;
  readonly chaining: ChainingStrategy;
  /** Per operand, for operators with keyed state. */
  readonly keySelectors: readonly (KeySelector<Erased, Key> | undefined)[];
  readonly createdAt: string | undefined;
  readonly inEdges: readonly StreamEdge[];
  readonly outEdges: readonly StreamEdge[];
}

export interface StreamGraph {
  readonly jobName: string;
  readonly planHash: string;
  /** Topological order, ties by order of creation. */
  readonly nodes: readonly StreamNode[];
  readonly nodeById: ReadonlyMap<OperatorId, StreamNode>;
  readonly edgeById: ReadonlyMap<string, StreamEdge>;
}
