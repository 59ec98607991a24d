/** Small plans for tests of the control plane: vertices by name, edges by the names of the inputs. */
import type { IntermediateDataSetId, JobId, JobVertexId, OperatorId } from '../../src/core/ids.js';
import type { JobEdge, JobGraph, JobVertex } from '../../src/graph/job-graph.js';

export interface VertexSpec {
  readonly name: string;
  readonly parallelism: number;
  readonly inputs?: readonly string[];
  readonly distribution?: JobEdge['distribution'];
  readonly group?: string;
}

export function operatorIdOf(name: string): OperatorId {
  return `operator-${name}` as OperatorId;
}

export function vertexIdOf(name: string): JobVertexId {
  return `vertex-${name}` as JobVertexId;
}

export const TEST_JOB_ID = '0123456789abcdef0123456789abcdef' as JobId;

/** Vertices without inputs are sources. */
export function jobGraphOf(
  specs: readonly VertexSpec[],
  configuration: Readonly<Record<string, string>> = {},
  jobId: JobId = TEST_JOB_ID,
): JobGraph {
  return {
    version: 1,
    jobId,
    name: 'test job',
    planHash: 'hash',
    configuration,
    vertices: specs.map((spec) => vertexOf(spec, specs)),
  };
}

/** Source (2) to sink (2), all to all: needs 2 slots. */
export function sourceToSink(configuration: Readonly<Record<string, string>> = {}): JobGraph {
  return jobGraphOf(
    [
      { name: 'Source', parallelism: 2 },
      { name: 'Sink', parallelism: 2, inputs: ['Source'] },
    ],
    configuration,
  );
}

function vertexOf(spec: VertexSpec, specs: readonly VertexSpec[]): JobVertex {
  const { name, parallelism } = spec;
  const inputs = spec.inputs ?? [];
  const operator = operatorIdOf(name);
  const consumers = specs.filter((other) => other.inputs?.includes(name));
  return {
    id: vertexIdOf(name),
    name,
    parallelism,
    maxParallelism: 128,
    slotSharingGroup: spec.group ?? 'default',
    operators: [{ id: operator, uid: name, name, kind: inputs.length === 0 ? 'source' : 'map', inputs: [] }],
    inputs: inputs.map((input) => ({
      source: dataSetOf(input, name),
      sourceVertex: vertexIdOf(input),
      distribution: spec.distribution ?? 'ALL_TO_ALL',
      edgeId: `${input}->${name}#0`,
      inputIndex: 0,
      partitioner: 'rebalance',
    })),
    outputs: consumers.map((consumer) => ({
      id: dataSetOf(name, consumer.name),
      edge: { edgeId: `${name}->${consumer.name}#0`, from: operator, inputIndex: 0 },
      partitioner: 'rebalance',
      consumer: vertexIdOf(consumer.name),
    })),
  };
}

function dataSetOf(from: string, to: string): IntermediateDataSetId {
  return `${from}-${to}` as IntermediateDataSetId;
}
