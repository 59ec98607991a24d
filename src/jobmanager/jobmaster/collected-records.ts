/**
 * Records that sinks sent for the client, until the client fetched them. The memory is bounded: beyond the limit the
 * acknowledgement of a report waits, which holds back the sink. On the JobMaster's main thread, and after the job's end
 * on the Dispatcher's. Mirrors: CollectSinkOperatorCoordinator.
 */
import { Deferred } from '../../core/deferred.js';
import { FlinkError } from '../../core/errors.js';
import type { ExecutionAttemptId } from '../../core/ids.js';
import type { CollectedRecords } from '../../api/job-client.js';

/** Records of one sink that wait for the client. */
const MAX_BUFFERED_RECORDS = 65_536;
/** Records in one answer. */
const MAX_RECORDS_PER_ANSWER = 8_192;

interface WaitingReport {
  readonly records: readonly unknown[];
  readonly acknowledged: Deferred<void>;
}

class SinkBuffer {
  /** Position in the attempt of the first record in `records`. */
  offset = 0;
  records: unknown[] = [];
  readonly reports: WaitingReport[] = [];
  /** Per sink subtask: the next message, and the acknowledgement of the last one. */
  readonly senders = new Map<ExecutionAttemptId, { next: number; last: Promise<void> }>();
}

export class CollectedRecordsStore {
  private attempt = 0;
  private hasEnded = false;
  private sinks = new Map<string, SinkBuffer>();
  private changed = new Deferred<void>();

  /** Settles when there is room for more. A repeated report is not stored twice. */
  report(
    sender: ExecutionAttemptId,
    operatorUid: string,
    records: readonly unknown[],
    sequence: number,
  ): Promise<void> {
    const sink = this.sinkOf(operatorUid);
    const state = sink.senders.get(sender) ?? { next: 0, last: Promise.resolve() };
    sink.senders.set(sender, state);
    if (sequence < state.next) return state.last;
    const acknowledged = new Deferred<void>();
    state.next = sequence + 1;
    state.last = acknowledged.promise;
    sink.reports.push({ records, acknowledged });
    this.accept(sink);
    return acknowledged.promise;
  }

  /** The job starts from the beginning: what was collected, and what still waits, belongs to no output any more. */
  startNewAttempt(): void {
    this.attempt++;
    this.dropWaiting();
    this.sinks = new Map();
    this.notifyChanged();
  }

  /** Nothing follows; what is here can still be fetched. */
  end(): void {
    this.hasEnded = true;
    this.dropWaiting();
    this.notifyChanged();
  }

  /**
   * Records from position `offset` of `attempt`, or from the beginning of the current attempt when that is another. What
   * lies before `offset` is forgotten: the client has it. Throws COLLECTED_RECORDS_GONE for a position before that.
   */
  fetch(operatorUid: string, attempt: number, offset: number): CollectedRecords {
    const sink = this.sinkOf(operatorUid);
    const position = attempt === this.attempt ? offset : 0;
    if (position < sink.offset) throw recordsGone(operatorUid, position, sink.offset);
    if (position > sink.offset) {
      const fetched = Math.min(position - sink.offset, sink.records.length);
      sink.records = sink.records.slice(fetched);
      sink.offset += fetched;
      this.accept(sink);
    }
    const records = sink.records.slice(0, MAX_RECORDS_PER_ANSWER);
    return { attempt: this.attempt, records, done: this.hasEnded && records.length === sink.records.length };
  }

  /** Settles with the next change: more records, another attempt, the end. */
  whenChanged(): Promise<void> {
    return this.changed.promise;
  }

  private accept(sink: SinkBuffer): void {
    let hasMore = false;
    while (sink.records.length < MAX_BUFFERED_RECORDS) {
      const report = sink.reports.shift();
      if (report === undefined) break;
      for (const record of report.records) sink.records.push(record);
      report.acknowledged.resolve();
      hasMore = true;
    }
    if (hasMore) this.notifyChanged();
  }

  private dropWaiting(): void {
    for (const sink of this.sinks.values()) for (const report of sink.reports.splice(0)) report.acknowledged.resolve();
  }

  private sinkOf(operatorUid: string): SinkBuffer {
    let sink = this.sinks.get(operatorUid);
    if (sink === undefined) {
      sink = new SinkBuffer();
      this.sinks.set(operatorUid, sink);
    }
    return sink;
  }

  private notifyChanged(): void {
    const { changed } = this;
    this.changed = new Deferred<void>();
    changed.resolve();
  }
}

function recordsGone(operatorUid: string, position: number, first: number): FlinkError {
  return new FlinkError(
    'COLLECTED_RECORDS_GONE',
    `Records of sink '${operatorUid}' before position ${first} were fetched already, ${position} was asked for`,
    { domain: 'user', details: { operatorUid, position, first }, remedy: 'Let one client alone collect from a sink.' },
  );
}
