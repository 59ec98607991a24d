/** Turns the recorded program into the logical graph. Mirrors: StreamGraphGenerator. */
import {
  checkMaxParallelism,
  checkNonParallel,
  checkParallelism,
  operatorLabel,
  readerLimit,
} from '../api/operator-settings.js';
import type { Partitioner } from '../api/partitioner.js';
import type { Pipeline } from '../api/pipeline-executor.js';
import type { OperatorTransformation, Transformation } from '../api/transformation.js';
import type { Configuration } from '../config/configuration.js';
import { CoreOptions } from '../config/options.js';
import { unreachable } from '../core/assert.js';
import { FlinkError } from '../core/errors.js';
import { logicalPlanOf, planHashOf } from './logical-plan.js';
import { defaultMaxParallelism } from './max-parallelism.js';
import { operatorDescription, operatorName } from './operator-description.js';
import { OperatorUids, operatorIdOf } from './operator-uids.js';
import type { StreamEdge, StreamGraph, StreamNode } from './stream-graph.js';

const DEFAULT_SLOT_SHARING_GROUP = 'default';

/**
 * The graph of everything that the pipeline's operators read, directly or not. Throws DUPLICATE_UID,
 * INVALID_PARALLELISM, INVALID_MAX_PARALLELISM, PARALLELISM_EXCEEDS_MAX or FORWARD_PARALLELISM_MISMATCH.
 */
export function createStreamGraph(pipeline: Pipeline): StreamGraph {
  const nodes = new NodeBuilder(pipeline.configuration).build(reachableOperators(pipeline.transformations));
  const edges = nodes.flatMap((node) => node.inEdges);
  return {
    jobName: pipeline.jobName,
    planHash: planHashOf(logicalPlanOf(nodes)),
    nodes,
    nodeById: new Map(nodes.map((node) => [node.id, node])),
    edgeById: new Map(edges.map((edge) => [edge.id, edge])),
  };
}

/** In order of creation, which is a topological order: an operator is created after its inputs. */
function reachableOperators(roots: readonly Transformation[]): OperatorTransformation[] {
  const seen = new Set<Transformation>();
  const pending = [...roots];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    pending.push(...inputsOf(next));
  }
  const operators = [...seen].filter((transformation) => transformation.type === 'operator');
  return operators.sort((a, b) => a.id - b.id);
}

function inputsOf(transformation: Transformation): readonly Transformation[] {
  const isMultiple = transformation.type === 'operator' || transformation.type === 'union';
  return isMultiple ? transformation.inputs : [transformation.input];
}

/** An edge before its receiver is known. */
interface Upstream {
  readonly from: OperatorTransformation;
  readonly partitioner: Partitioner | undefined;
  readonly sideOutputTag: string | undefined;
}

/** Resolves partitions, unions and side outputs; of several partitions in a row the last one counts. */
function resolve(transformation: Transformation, partitioner?: Partitioner, sideOutputTag?: string): Upstream[] {
  switch (transformation.type) {
    case 'operator':
      return [{ from: transformation, partitioner, sideOutputTag }];
    case 'partition':
      return resolve(transformation.input, partitioner ?? transformation.partitioner, sideOutputTag);
    case 'sideOutput':
      return resolve(transformation.input, partitioner, sideOutputTag ?? transformation.tag.id);
    case 'union':
      return transformation.inputs.flatMap((input) => resolve(input, partitioner, sideOutputTag));
    default:
      return unreachable(transformation);
  }
}

/** A node whose edges are still added. */
type GrowingNode = StreamNode & { readonly inEdges: StreamEdge[]; readonly outEdges: StreamEdge[] };

class NodeBuilder {
  private readonly configuration: Configuration;
  private readonly uids = new OperatorUids();
  private readonly nodes = new Map<OperatorTransformation, GrowingNode>();

  constructor(configuration: Configuration) {
    this.configuration = configuration;
  }

  build(operators: readonly OperatorTransformation[]): StreamNode[] {
    // Given uids first: a derived one never takes the place of a given one.
    for (const operator of operators) {
      if (operator.settings.uid !== undefined) this.uids.claim(operator, operator.settings.uid);
    }
    for (const operator of operators) this.addNode(operator);
    return [...this.nodes.values()];
  }

  private addNode(operator: OperatorTransformation): void {
    const inputs = operator.inputs.map((input) => resolve(input));
    const name = operatorName(operator);
    const uid = operator.settings.uid ?? this.uids.derive(operator, name, this.upstreamUids(inputs));
    const parallelism = this.parallelismOf(operator);
    const node: GrowingNode = {
      id: operatorIdOf(uid),
      uid,
      hasGivenUid: operator.settings.uid !== undefined,
      name,
      description: operatorDescription(operator),
      definition: operator.definition,
      parallelism,
      maxParallelism: this.maxParallelismOf(operator, parallelism),
      slotSharingGroup: operator.settings.slotSharingGroup ?? this.groupOfInputs(inputs.flat()),
      chaining: operator.settings.chaining ?? 'ALWAYS',
      keySelectors: operator.keySelectors,
      createdAt: operator.createdAt,
      inEdges: [],
      outEdges: [],
    };
    this.nodes.set(operator, node);
    for (const [index, upstreams] of inputs.entries()) {
      for (const upstream of upstreams) this.addEdge(upstream, node, index === 0 ? 0 : 1);
    }
  }

  private addEdge(upstream: Upstream, to: GrowingNode, inputIndex: 0 | 1): void {
    const from = this.node(upstream.from);
    const base = `${from.id}->${to.id}`;
    const number = to.inEdges.filter((edge) => edge.from === from.id).length;
    const edge: StreamEdge = {
      id: `${base}#${number}`,
      from: from.id,
      to: to.id,
      inputIndex,
      sideOutputTag: upstream.sideOutputTag,
      partitioner: upstream.partitioner ?? { kind: from.parallelism === to.parallelism ? 'forward' : 'rebalance' },
      isDefaultPartitioner: upstream.partitioner === undefined,
    };
    if (edge.partitioner.kind === 'forward' && from.parallelism !== to.parallelism) throw forwardMismatch(from, to);
    from.outEdges.push(edge);
    to.inEdges.push(edge);
  }

  private upstreamUids(inputs: readonly (readonly Upstream[])[]) {
    return inputs.flatMap((upstreams, inputIndex) =>
      upstreams.map(({ from, sideOutputTag }) => ({ uid: this.node(from).uid, inputIndex, sideOutputTag })),
    );
  }

  private parallelismOf(operator: OperatorTransformation): number {
    const byDefault = this.configuration.get(CoreOptions.defaultParallelism);
    const limit = readerLimit(operator);
    const parallelism = operator.settings.parallelism ?? Math.min(byDefault, limit ?? byDefault);
    checkParallelism(operatorLabel(operator), parallelism);
    if (operator.settings.isNonParallel === true || limit === 1) checkNonParallel(operatorLabel(operator), parallelism);
    return parallelism;
  }

  private maxParallelismOf(operator: OperatorTransformation, parallelism: number): number {
    const configured = this.configuration.get(CoreOptions.maxParallelism);
    const given = operator.settings.maxParallelism ?? (configured === -1 ? undefined : configured);
    const maxParallelism = given ?? defaultMaxParallelism(parallelism);
    checkMaxParallelism(operatorLabel(operator), maxParallelism);
    if (parallelism > maxParallelism) throw exceedsMax(operator, parallelism, maxParallelism);
    return maxParallelism;
  }

  /** That of the inputs where they agree. */
  private groupOfInputs(inputs: readonly Upstream[]): string {
    const groups = new Set(inputs.map(({ from }) => this.node(from).slotSharingGroup));
    const [group] = groups;
    return groups.size === 1 && group !== undefined ? group : DEFAULT_SLOT_SHARING_GROUP;
  }

  private node(operator: OperatorTransformation): GrowingNode {
    const node = this.nodes.get(operator);
    if (node === undefined) throw new FlinkError('ILLEGAL_STATE', `${operatorLabel(operator)} comes before its input`);
    return node;
  }
}

function forwardMismatch(from: StreamNode, to: StreamNode): FlinkError {
  const sides = [from, to].map((node) => `${nodeLabel(node)} with parallelism ${node.parallelism}`);
  return new FlinkError(
    'FORWARD_PARALLELISM_MISMATCH',
    `forward() does not allow a change of parallelism: from ${sides.join(' to ')}`,
    { domain: 'user', remedy: 'Use rebalance(), rescale(), shuffle(), broadcast() or global(), or equal parallelism.' },
  );
}

function exceedsMax(operator: OperatorTransformation, parallelism: number, maxParallelism: number): FlinkError {
  return new FlinkError(
    'PARALLELISM_EXCEEDS_MAX',
    `${operatorLabel(operator)}: the parallelism ${parallelism} is higher than the max parallelism ${maxParallelism}`,
    {
      domain: 'user',
      details: { operator: operatorLabel(operator), parallelism, maxParallelism },
      remedy: 'Lower the parallelism, or raise the max parallelism before the job has state.',
    },
  );
}

function nodeLabel(node: StreamNode): string {
  return node.createdAt === undefined ? node.name : `${node.name} (${node.createdAt})`;
}
