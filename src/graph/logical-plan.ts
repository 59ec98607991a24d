/**
 * What a program means, as plain data: operators, their uids and who reads whom. Parallelism, chaining and slot sharing
 * are left out, for they may change while the program stays the same.
 */
import type { StreamEdge, StreamNode } from './stream-graph.js';
import { sha256 } from './operator-uids.js';

export interface LogicalInput {
  /** Uid of the operator that is read. */
  readonly from: string;
  readonly input: number;
  /** `default` where the program left it open. */
  readonly partitioner: string;
  readonly sideOutput?: string;
}

export interface LogicalOperator {
  readonly uid: string;
  readonly kind: string;
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly LogicalInput[];
}

export interface LogicalPlan {
  readonly version: 1;
  /** In topological order. */
  readonly operators: readonly LogicalOperator[];
}

/** Every object is built with its keys in one order, so that equal plans have equal JSON. */
export function logicalPlanOf(nodes: readonly StreamNode[]): LogicalPlan {
  const uids = new Map(nodes.map((node) => [node.id, node.uid]));
  const inputOf = (edge: StreamEdge): LogicalInput => ({
    from: uids.get(edge.from) ?? edge.from,
    input: edge.inputIndex,
    partitioner: edge.isDefaultPartitioner === true ? 'default' : edge.partitioner.kind,
    ...(edge.sideOutputTag === undefined ? {} : { sideOutput: edge.sideOutputTag }),
  });
  const operators = nodes.map((node) => ({
    uid: node.uid,
    kind: node.definition.kind,
    name: node.name,
    description: node.description,
    inputs: node.inEdges.map(inputOf),
  }));
  return { version: 1, operators };
}

/** SHA-256 (hex) of the plan; independent of the order in which independent operators were created. */
export function planHashOf(plan: LogicalPlan): string {
  const operators = plan.operators.toSorted((a, b) => (a.uid < b.uid ? -1 : 1));
  return sha256(JSON.stringify({ version: plan.version, operators }));
}
