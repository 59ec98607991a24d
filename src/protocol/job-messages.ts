/** What clients and the Dispatcher say about jobs. Immutable, plain data. */
import type { SerializedError } from '../core/errors.js';
import type { JobId } from '../core/ids.js';
import type { AccumulatorSnapshots } from '../api/accumulators/accumulator-snapshots.js';
import type { CollectedRecords, JobStatus, VertexMetrics } from '../api/job-client.js';
import type { JobGraph } from '../graph/job-graph.js';
import type { ExecutionState } from './task-execution-state.js';

/** How slots get at the user's functions. */
export type ProgramReference =
  | {
      /** A bundle that each slot thread imports and runs up to the target `execute()`. */
      readonly kind: 'bundle';
      readonly bundleUrl: string;
      readonly world: RecordedWorld;
      /** Which `execute()` of the program this job is, 0 for the first. */
      readonly executionIndex: number;
      /** Options set from outside when the plan was made: the bind run must see the same. */
      readonly configuration: Readonly<Record<string, string>>;
      /** The logical plan of the plan run, to name what differs. */
      readonly planText: string;
      /** What earlier `execute()` calls of the program returned, by index. */
      readonly earlierJobs: readonly EarlierJob[];
    }
  | {
      /** The stream graph registered in this process under `key`; slots run in the calling thread. */
      readonly kind: 'in-process';
      readonly key: string;
    };

/** What the bind run sees instead of the real clock, chance and process (DESIGN: same world). */
export interface RecordedWorld {
  readonly submissionTime: number;
  readonly seed: number;
  readonly argv: readonly string[];
}

/** A finished job of the same program: what its `execute()` and its collecting sinks gave to main(). */
export interface EarlierJob {
  readonly result: Omit<JobResult, 'status' | 'failure'>;
  /** By operator uid. */
  readonly collected: Readonly<Record<string, readonly unknown[]>>;
}

export interface JobSubmission {
  readonly jobGraph: JobGraph;
  readonly program: ProgramReference;
}

export interface JobDetails {
  readonly jobId: JobId;
  readonly name: string;
  readonly status: JobStatus;
  /** Wall-clock ms; endTime is -1 while the job runs. */
  readonly startTime: number;
  readonly endTime: number;
  readonly numRestarts: number;
  readonly vertices: readonly VertexDetails[];
  readonly failure: SerializedError | undefined;
}

export interface VertexDetails {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
  readonly subtasks: readonly {
    readonly state: ExecutionState;
    readonly attempt: number;
    readonly taskManager: string;
  }[];
}

export interface JobResult {
  readonly jobId: JobId;
  readonly jobName: string;
  readonly status: 'FINISHED' | 'FAILED' | 'CANCELED';
  readonly netRuntimeMs: number;
  /** Merged over the subtasks of the last attempt. */
  readonly accumulators: AccumulatorSnapshots;
  readonly failure: SerializedError | undefined;
}

export type { CollectedRecords, JobStatus, VertexMetrics };
