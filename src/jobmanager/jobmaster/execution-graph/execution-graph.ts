/** The JobGraph spread out into subtasks: who exists, in which state, who feeds whom. Mirrors: ExecutionGraph. */
import { checkNotNull } from '../../../core/assert.js';
import type { ExecutionAttemptId, JobVertexId, OperatorId, ResourceId } from '../../../core/ids.js';
import type { JobGraph, JobVertex } from '../../../graph/job-graph.js';
import type { Execution } from './execution.js';
import { ExecutionVertex } from './execution-vertex.js';

export class ExecutionGraph {
  readonly jobGraph: JobGraph;
  /** Sources first, subtasks of a vertex in order. */
  readonly allVertices: readonly ExecutionVertex[];
  private readonly byJobVertex: ReadonlyMap<JobVertexId, readonly ExecutionVertex[]>;
  private readonly byOperator: ReadonlyMap<OperatorId, JobVertexId>;
  private readonly byAttempt = new Map<ExecutionAttemptId, ExecutionVertex>();

  /** `graphId` makes the attempt ids of this graph differ from those of any other. */
  constructor(graphId: string, jobGraph: JobGraph) {
    this.jobGraph = jobGraph;
    const byJobVertex = new Map<JobVertexId, readonly ExecutionVertex[]>();
    const byOperator = new Map<OperatorId, JobVertexId>();
    for (const vertex of jobGraph.vertices) {
      const subtasks = Array.from({ length: vertex.parallelism }, (_, i) => new ExecutionVertex(graphId, vertex, i));
      byJobVertex.set(vertex.id, subtasks);
      for (const operator of vertex.operators) byOperator.set(operator.id, vertex.id);
    }
    this.byJobVertex = byJobVertex;
    this.byOperator = byOperator;
    this.allVertices = [...byJobVertex.values()].flat();
    for (const vertex of this.allVertices) this.byAttempt.set(vertex.currentExecution.attemptId, vertex);
  }

  /** The subtasks of a job vertex, in order. */
  subtasksOf(vertexId: JobVertexId): readonly ExecutionVertex[] {
    return checkNotNull(this.byJobVertex.get(vertexId), `Job vertex ${vertexId}`);
  }

  jobVertex(vertexId: JobVertexId): JobVertex {
    return checkNotNull(this.subtasksOf(vertexId)[0], `Subtask of ${vertexId}`).jobVertex;
  }

  /** The subtask that runs an operator; undefined when the job has no such operator or subtask. */
  vertexOfOperator(operatorId: OperatorId, subtask: number): ExecutionVertex | undefined {
    const vertexId = this.byOperator.get(operatorId);
    return vertexId === undefined ? undefined : this.subtasksOf(vertexId)[subtask];
  }

  /** Undefined for attempts that were replaced, and for those of other jobs. */
  vertexOfAttempt(attemptId: ExecutionAttemptId): ExecutionVertex | undefined {
    return this.byAttempt.get(attemptId);
  }

  resetForNewExecution(vertex: ExecutionVertex, attemptNumber: number, onlyCommit: boolean): Execution {
    this.byAttempt.delete(vertex.currentExecution.attemptId);
    const execution = vertex.resetForNewExecution(attemptNumber, onlyCommit);
    this.byAttempt.set(execution.attemptId, vertex);
    return execution;
  }

  /** Job vertices with a source, whose enumerators run in the coordinator host. */
  get sourceVertices(): readonly JobVertex[] {
    return this.jobGraph.vertices.filter((vertex) => vertex.operators.some(({ kind }) => kind === 'source'));
  }

  /** Attempts that the TaskManager should be running now. */
  deployedOn(taskManager: ResourceId): readonly Execution[] {
    return this.executions().filter((execution) => execution.isDeployed && execution.slot?.taskManager === taskManager);
  }

  executions(): readonly Execution[] {
    return this.allVertices.map((vertex) => vertex.currentExecution);
  }
}
