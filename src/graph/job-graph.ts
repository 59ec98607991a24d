/**
 * The plan of a job: canonical, plain data, without the user's functions. A slot binds functions to it by operator id
 * and edge id. Mirrors: JobGraph, JobVertex, JobEdge, IntermediateDataSet.
 */
import type { IntermediateDataSetId, JobId, JobVertexId, OperatorId } from '../core/ids.js';
import type { OperatorKind } from '../api/transformation.js';
import type { PartitionerKind } from '../api/partitioner.js';

export const JOB_GRAPH_VERSION = 1;

/** Where an operator's records come from: another operator of the chain, or an input gate of the task. */
export interface ChainEdge {
  /** Id of the bound stream edge, `<from>-><to>#<n>`. */
  readonly edgeId: string;
  readonly from: OperatorId;
  /** Operand of the receiving operator: 0, or 1 for the second input. */
  readonly inputIndex: 0 | 1;
  /** Set when the edge carries a side output instead of the main output. */
  readonly sideOutputTag?: string;
}

export interface ChainedOperator {
  readonly id: OperatorId;
  readonly uid: string;
  readonly name: string;
  readonly kind: OperatorKind;
  /** Edges inside the chain that feed this operator; empty for the head. */
  readonly inputs: readonly ChainEdge[];
}

/** An output of a task that leaves the chain. */
export interface IntermediateDataSet {
  readonly id: IntermediateDataSetId;
  readonly edge: ChainEdge;
  readonly partitioner: PartitionerKind;
  readonly consumer: JobVertexId;
}

/** An input of a task: one gate per edge into the vertex. */
export interface JobEdge {
  readonly source: IntermediateDataSetId;
  readonly sourceVertex: JobVertexId;
  /** POINTWISE connects subtask i to its share, ALL_TO_ALL every subtask to every subtask. */
  readonly distribution: 'POINTWISE' | 'ALL_TO_ALL';
  readonly edgeId: string;
  /** Operand of the head operator. */
  readonly inputIndex: 0 | 1;
  readonly partitioner: PartitionerKind;
}

export interface JobVertex {
  readonly id: JobVertexId;
  /** Chain members joined as Flink prints them: `Source: flights -> Map -> Filter`. */
  readonly name: string;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly slotSharingGroup: string;
  /** In topological order; the first is the head. */
  readonly operators: readonly ChainedOperator[];
  readonly inputs: readonly JobEdge[];
  readonly outputs: readonly IntermediateDataSet[];
}

export interface JobGraph {
  readonly version: typeof JOB_GRAPH_VERSION;
  readonly jobId: JobId;
  readonly name: string;
  /** SHA-256 (hex) of the logical plan: operators, uids and edges; not parallelism, chaining or slot sharing. */
  readonly planHash: string;
  /** Sources first, every vertex after those that feed it. */
  readonly vertices: readonly JobVertex[];
  /** The configuration as set by program, command line and file. */
  readonly configuration: Readonly<Record<string, string>>;
}
