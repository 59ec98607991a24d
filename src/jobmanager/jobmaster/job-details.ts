/** What the outside gets to see of a job and its subtasks. Mirrors: ArchivedExecutionGraph, JobDetailsInfo. */
import type { JobDetails, VertexDetails } from '../../protocol/job-messages.js';
import type { ExecutionGraph } from './execution-graph/execution-graph.js';
import type { Scheduler } from './scheduler/scheduler.js';

/** Times are wall-clock ms; `endTime` is -1 while the job runs. */
export function describeJob(scheduler: Scheduler, startTime: number, endTime: number): JobDetails {
  const { graph, status, numRestarts, failure } = scheduler;
  return {
    jobId: graph.jobGraph.jobId,
    name: graph.jobGraph.name,
    status,
    startTime,
    endTime,
    numRestarts,
    vertices: describeVertices(graph),
    // A job that runs again has got over its last failure.
    failure: status === 'RESTARTING' || status === 'FAILING' || status === 'FAILED' ? failure : undefined,
  };
}

function describeVertices(graph: ExecutionGraph): readonly VertexDetails[] {
  return graph.jobGraph.vertices.map(({ id, name, parallelism }) => ({
    id,
    name,
    parallelism,
    subtasks: graph.subtasksOf(id).map(({ currentExecution: execution }) => ({
      state: execution.state,
      attempt: execution.attemptNumber,
      taskManager: execution.slot?.taskManager ?? '',
    })),
  }));
}
