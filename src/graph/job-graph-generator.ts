/** Turns the logical graph into the plan that is deployed: chains of operators become vertices. Mirrors: StreamingJobGraphGenerator. */
import type { PartitionerKind } from '../api/partitioner.js';
import type { Configuration } from '../config/configuration.js';
import { CoreOptions } from '../config/options.js';
import { checkNotNull } from '../core/assert.js';
import type { JobId, JobVertexId } from '../core/ids.js';
import {
  type ChainedOperator,
  type ChainEdge,
  type IntermediateDataSet,
  JOB_GRAPH_VERSION,
  type JobEdge,
  type JobGraph,
  type JobVertex,
} from './job-graph.js';
import { buildChains, type OperatorChain } from './operator-chaining.js';
import { dataSetIdOf } from './operator-uids.js';
import type { StreamEdge, StreamGraph, StreamNode } from './stream-graph.js';

export interface JobGraphParameters {
  readonly jobId: JobId;
  readonly configuration: Configuration;
}

export function createJobGraph(graph: StreamGraph, { jobId, configuration }: JobGraphParameters): JobGraph {
  const chains = buildChains(graph, {
    isEnabled: configuration.get(CoreOptions.operatorChaining),
    allowsDifferentMaxParallelism: configuration.get(CoreOptions.chainDifferentMaxParallelism),
  });
  const vertexOf = new Map<string, JobVertexId>();
  for (const chain of chains) for (const node of chain.nodes) vertexOf.set(node.id, vertexIdOf(chain));
  return {
    version: JOB_GRAPH_VERSION,
    jobId,
    name: graph.jobName,
    planHash: graph.planHash,
    vertices: sourcesFirst(chains.map((chain) => createVertex(chain, vertexOf))),
    configuration: configuration.toObject(),
  };
}

/** As in Flink, a vertex has the id of its first operator. */
function vertexIdOf(chain: OperatorChain): JobVertexId {
  return chain.head.id as string as JobVertexId;
}

function createVertex(chain: OperatorChain, vertexOf: ReadonlyMap<string, JobVertexId>): JobVertex {
  const vertex = (id: string): JobVertexId => checkNotNull(vertexOf.get(id), `the vertex of operator ${id}`);
  const outputs = chain.nodes.flatMap((node) => node.outEdges).filter((edge) => !chain.innerEdges.has(edge.id));
  return {
    id: vertexIdOf(chain),
    name: chainName(chain, chain.head),
    parallelism: chain.head.parallelism,
    maxParallelism: chain.head.maxParallelism,
    slotSharingGroup: chain.head.slotSharingGroup,
    operators: chain.nodes.map((node) => createChainedOperator(node, chain)),
    inputs: chain.head.inEdges.map((edge) => createJobEdge(edge, vertex(edge.from))),
    outputs: outputs.map((edge) => createDataSet(edge, vertex(edge.to))),
  };
}

/** `a -> b`, and `a -> (b, c)` where several operators read from `a` inside the chain. */
function chainName(chain: OperatorChain, node: StreamNode): string {
  const next = node.outEdges
    .filter((edge) => chain.innerEdges.has(edge.id))
    .map((edge) =>
      checkNotNull(
        chain.nodes.find(({ id }) => id === edge.to),
        `operator ${edge.to} of the chain`,
      ),
    )
    .map((reader) => chainName(chain, reader));
  if (next.length === 0) return node.name;
  return `${node.name} -> ${next.length === 1 ? next[0] : `(${next.join(', ')})`}`;
}

function createChainedOperator(node: StreamNode, chain: OperatorChain): ChainedOperator {
  const inputs = node.inEdges.filter((edge) => chain.innerEdges.has(edge.id)).map(createChainEdge);
  return { id: node.id, uid: node.uid, name: node.name, kind: node.definition.kind, inputs };
}

function createChainEdge(edge: StreamEdge): ChainEdge {
  const { id: edgeId, from, inputIndex, sideOutputTag } = edge;
  return { edgeId, from, inputIndex, ...(sideOutputTag === undefined ? {} : { sideOutputTag }) };
}

function createDataSet(edge: StreamEdge, consumer: JobVertexId): IntermediateDataSet {
  return { id: dataSetIdOf(edge.id), edge: createChainEdge(edge), partitioner: edge.partitioner.kind, consumer };
}

function createJobEdge(edge: StreamEdge, sourceVertex: JobVertexId): JobEdge {
  return {
    source: dataSetIdOf(edge.id),
    sourceVertex,
    distribution: distributionOf(edge.partitioner.kind),
    edgeId: edge.id,
    inputIndex: edge.inputIndex,
    partitioner: edge.partitioner.kind,
  };
}

function distributionOf(partitioner: PartitionerKind): JobEdge['distribution'] {
  return partitioner === 'forward' || partitioner === 'rescale' ? 'POINTWISE' : 'ALL_TO_ALL';
}

/** Chains come in a topological order already; sources move to the front. */
function sourcesFirst(vertices: readonly JobVertex[]): JobVertex[] {
  return [
    ...vertices.filter(({ inputs }) => inputs.length === 0),
    ...vertices.filter(({ inputs }) => inputs.length > 0),
  ];
}
