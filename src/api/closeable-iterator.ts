/** Results of a job, read while it runs. Mirrors: CloseableIterator. */

/**
 * Reads a stream's records in the client: `for await (const record of iterator)`. Leaving the loop early, or `close()`,
 * cancels the job.
 */
export interface CloseableIterator<T> extends AsyncIterableIterator<T>, AsyncDisposable {
  [Symbol.asyncIterator](): CloseableIterator<T>;
  /** All remaining records, once the job has finished. Results of failed attempts are not among them. */
  toArray(): Promise<T[]>;
  /** Cancels the job unless it ended. Idempotent. */
  close(): Promise<void>;
}

export interface CollectOptions {
  /**
   * Called when the job restarted after records had been handed out: what came before is void, and all comes again.
   * Without it the iterator throws COLLECT_RESTARTED then.
   */
  readonly onRestart?: (attempt: number) => void;
}
