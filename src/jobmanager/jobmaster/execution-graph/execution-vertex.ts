/** One subtask of a job vertex, over all its attempts. Mirrors: ExecutionVertex. */
import { executionAttemptIdOf } from '../../../core/ids.js';
import type { JobVertex } from '../../../graph/job-graph.js';
import { Execution } from './execution.js';

export class ExecutionVertex {
  readonly jobVertex: JobVertex;
  readonly subtaskIndex: number;
  /** `Map (2/4)`, counted from 1 as Flink does. */
  readonly taskName: string;
  private readonly graphId: string;
  private execution: Execution;

  constructor(graphId: string, jobVertex: JobVertex, subtaskIndex: number) {
    this.graphId = graphId;
    this.jobVertex = jobVertex;
    this.subtaskIndex = subtaskIndex;
    this.taskName = `${jobVertex.name} (${subtaskIndex + 1}/${jobVertex.parallelism})`;
    this.execution = this.newExecution(0, false);
  }

  get currentExecution(): Execution {
    return this.execution;
  }

  /** Replaces the ended attempt by a new one; `onlyCommit` keeps what the ended one has to make visible. */
  resetForNewExecution(attemptNumber: number, onlyCommit: boolean): Execution {
    this.execution = this.newExecution(attemptNumber, onlyCommit);
    return this.execution;
  }

  private newExecution(attemptNumber: number, onlyCommit: boolean): Execution {
    const attemptId = executionAttemptIdOf(this.graphId, this.jobVertex.id, this.subtaskIndex, attemptNumber);
    const committables = onlyCommit ? this.execution.readyCommittables : undefined;
    const accumulators = onlyCommit ? this.execution.accumulators : {};
    return new Execution(attemptId, attemptNumber, this.taskName, committables, accumulators);
  }
}
