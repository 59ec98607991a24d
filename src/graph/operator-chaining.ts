/** Which operators run as one task. Mirrors: StreamingJobGraphGenerator.isChainable. */
import type { StreamEdge, StreamGraph, StreamNode } from './stream-graph.js';

export interface ChainingOptions {
  /** `pipeline.operator-chaining.enabled` */
  readonly isEnabled: boolean;
  /** `pipeline.operator-chaining.chain-operators-with-different-max-parallelism` */
  readonly allowsDifferentMaxParallelism: boolean;
}

/** True when the receiver of the edge is called directly by its sender, in the same task. */
export function isChainable(edge: StreamEdge, graph: StreamGraph, options: ChainingOptions): boolean {
  const upstream = graph.nodeById.get(edge.from);
  const downstream = graph.nodeById.get(edge.to);
  if (upstream === undefined || downstream === undefined) return false;
  return (
    options.isEnabled &&
    downstream.inEdges.length === 1 &&
    edge.partitioner.kind === 'forward' &&
    upstream.parallelism === downstream.parallelism &&
    upstream.slotSharingGroup === downstream.slotSharingGroup &&
    upstream.chaining !== 'NEVER' &&
    downstream.chaining === 'ALWAYS' &&
    (options.allowsDifferentMaxParallelism || upstream.maxParallelism === downstream.maxParallelism)
  );
}

/** The operators that run as one task: the first reads from other tasks or is a source, the others read from the chain. */
export interface OperatorChain {
  readonly head: StreamNode;
  /** In topological order, the head first. */
  readonly nodes: readonly StreamNode[];
  /** Ids of the edges inside the chain. */
  readonly innerEdges: ReadonlySet<string>;
}

/** Every operator is in one chain; chains come in the order of their heads. */
export function buildChains(graph: StreamGraph, options: ChainingOptions): OperatorChain[] {
  const chains: { head: StreamNode; nodes: StreamNode[]; innerEdges: Set<string> }[] = [];
  const chainOf = new Map<string, (typeof chains)[number]>();
  for (const node of graph.nodes) {
    const edge = node.inEdges.find((candidate) => isChainable(candidate, graph, options));
    let chain = edge === undefined ? undefined : chainOf.get(edge.from);
    if (edge === undefined || chain === undefined) {
      chain = { head: node, nodes: [node], innerEdges: new Set() };
      chains.push(chain);
    } else {
      chain.nodes.push(node);
      chain.innerEdges.add(edge.id);
    }
    chainOf.set(node.id, chain);
  }
  return chains;
}
