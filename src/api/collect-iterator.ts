/** Fetches what a collect sink sent to the client. Mirrors: CollectResultIterator, UncheckpointedCollectResultBuffer. */
import { FlinkError } from '../core/errors.js';
import type { CloseableIterator, CollectOptions } from './closeable-iterator.js';
import type { JobClient } from './job-client.js';
import type { SubmissionListener } from './stream-context.js';

export class CollectIterator<T> implements CloseableIterator<T>, SubmissionListener {
  private readonly sinkUid: string;
  private readonly records: AsyncGenerator<T, undefined>;
  private onRestart: ((attempt: number) => void) | undefined;
  private client: Promise<JobClient> | undefined;
  private hasEnded = false;

  constructor(sinkUid: string, options: CollectOptions) {
    this.sinkUid = sinkUid;
    this.onRestart = options.onRestart;
    this.records = this.read();
  }

  onSubmission(client: Promise<JobClient>): void {
    this.client = client;
    // Reported by execute(), and by next() to whoever reads on.
    client.catch(() => undefined);
  }

  next(): Promise<IteratorResult<T>> {
    return this.records.next();
  }

  async return(): Promise<IteratorResult<T>> {
    await this.close();
    return { value: undefined, done: true };
  }

  async toArray(): Promise<T[]> {
    let result: T[] = [];
    const announce = this.onRestart;
    this.onRestart = (attempt) => {
      result = [];
      announce?.(attempt);
    };
    for await (const record of this) result.push(record);
    return result;
  }

  async close(): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const client = await this.client?.catch(() => undefined);
    await client?.cancel();
    await this.records.return(undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): CloseableIterator<T> {
    return this;
  }

  private async *read(): AsyncGenerator<T, undefined> {
    const client = await this.submittedJob();
    let attempt: number | undefined;
    let handedOut = 0;
    for (let done = false; !done; ) {
      const batch = await client.collect(this.sinkUid);
      if (attempt !== batch.attempt) {
        if (handedOut > 0) this.restarted(batch.attempt);
        attempt = batch.attempt;
        handedOut = 0;
      }
      for (const record of batch.records) {
        handedOut++;
        yield record as T;
      }
      done = batch.done;
    }
    if (!this.hasEnded) await client.getJobExecutionResult();
    this.hasEnded = true;
    return undefined;
  }

  private submittedJob(): Promise<JobClient> {
    if (this.client !== undefined) return this.client;
    throw new FlinkError('COLLECT_BEFORE_EXECUTE', 'results were asked for before the job was submitted', {
      domain: 'user',
      remedy: 'Call env.executeAsync() after collectAsync() and before reading, or use executeAndCollect().',
    });
  }

  private restarted(attempt: number): void {
    if (this.onRestart !== undefined) return this.onRestart(attempt);
    throw new FlinkError('COLLECT_RESTARTED', 'the job restarted after some of its results had been handed out', {
      domain: 'user',
      details: { attempt },
      remedy:
        'Pass collectAsync({ onRestart }) and drop what came before, use toArray(), or switch the restart strategy off.',
    });
  }
}
