/** The port between a recorded program and whatever runs it. Implemented in deployment/ and by the slot's bind run. */
import type { Configuration } from '../config/configuration.js';
import type { Transformation } from './transformation.js';
import type { JobClient } from './job-client.js';

/** One `execute()` call: everything that the environment recorded since the last one. */
export interface Pipeline {
  readonly jobName: string;
  readonly transformations: readonly Transformation[];
  readonly configuration: Configuration;
  /** 0 for the first `execute()` of the program, in order of the calls. */
  readonly executionIndex: number;
  /** File of the caller of `execute()`, as far as the stack tells; decides whether the program can be bound again. */
  readonly callerFile: string | undefined;
}

export interface PipelineExecutor {
  /** Resolves once the job is accepted; rejects with the reason when it is not. */
  execute(pipeline: Pipeline): Promise<JobClient>;
}
