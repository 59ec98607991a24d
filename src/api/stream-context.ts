/**
 * What all streams of one environment share. It also creates the stream classes that refer to each other, so that their
 * files need not import each other.
 */
import type { TimeKind } from './event-time.js';
import type { JobClient } from './job-client.js';
import type { Key, KeySelector } from './key.js';
import type { KeyedStream } from './keyed-stream.js';
import type { SingleOutputStreamOperator } from './single-output-stream-operator.js';
import type { OperatorTransformation, Transformation } from './transformation.js';
import type { TransformationRecorder } from './transformation-recorder.js';

/** Told of the submission of the next `execute()`. */
export interface SubmissionListener {
  onSubmission(client: Promise<JobClient>): void;
}

export interface StreamContext {
  readonly recorder: TransformationRecorder;
  newOperator<T, TIME extends TimeKind>(operator: OperatorTransformation): SingleOutputStreamOperator<T, TIME>;
  newKeyedStream<T, K extends Key, TIME extends TimeKind>(
    input: Transformation,
    selector: KeySelector<T, K>,
  ): KeyedStream<T, K, TIME>;
  /** Submits everything recorded so far. */
  executeAsync(jobName: string): Promise<JobClient>;
  onNextSubmission(listener: SubmissionListener): void;
}
