/** Drives a sink's writer and, once the whole job is at its end, its committer. Mirrors: SinkWriterOperator, CommitterOperator. */
import type { Committer, Sink, SinkElementContext, SinkWriter } from '../api/sink.js';
import { checkNotNull } from '../core/assert.js';
import { FlinkError } from '../core/errors.js';
import { MIN_WATERMARK, NO_TIMESTAMP } from '../core/time-constants.js';
import type { CommittingOperator, OneInputOperator, OperatorContext } from './stream-operator.js';
import { refusePromise } from './user-function.js';

export class SinkOperator implements OneInputOperator, CommittingOperator {
  private readonly sink: Sink<unknown, unknown>;
  private readonly context: OperatorContext;
  private readonly elementContext = new ReusedElementContext();
  private writer: SinkWriter<unknown, unknown> | undefined;
  private committer: Committer<unknown> | undefined;

  constructor(sink: Sink<unknown, unknown>, context: OperatorContext) {
    this.sink = sink;
    this.context = context;
  }

  async open(): Promise<void> {
    const { runtimeContext, subtaskIndex, attemptNumber, attemptId } = this.context;
    this.writer = this.sink.createWriter({
      runtimeContext,
      subtaskIndex,
      attemptNumber,
      attemptId,
      sendToClient: (record) => this.context.sendToClient(record),
    });
    await this.writer.open?.();
  }

  get wantsFlush(): boolean {
    return this.writer?.wantsFlush === true;
  }

  flush(): void | Promise<void> {
    return this.openWriter().flush(false);
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    this.elementContext.eventTime = timestamp;
    const result: unknown = (this.writer as SinkWriter<unknown, unknown>).write(value, this.elementContext);
    if (result !== undefined) refusePromise(result, this.context.name, value);
  }

  processWatermark(timestamp: number): void {
    this.elementContext.currentWatermark = timestamp;
    this.context.output.emitWatermark(timestamp);
  }

  processIdle(isIdle: boolean): void {
    this.context.output.emitIdle(isIdle);
  }

  async endInput(): Promise<void> {
    await this.openWriter().flush(true);
  }

  async prepareCommit(): Promise<readonly unknown[]> {
    return (await this.openWriter().prepareCommit?.()) ?? [];
  }

  async commit(committables: readonly unknown[]): Promise<void> {
    if (committables.length === 0) return;
    this.committer ??= this.sink.createCommitter?.();
    if (this.committer === undefined) throw this.withoutCommitter();
    await this.committer.commit(committables);
  }

  /** Closes writer and committer, also when one of them fails. */
  async close(aborted: boolean): Promise<void> {
    const { writer, committer } = this;
    this.writer = undefined;
    this.committer = undefined;
    try {
      await writer?.close(aborted);
    } finally {
      await committer?.close?.();
    }
  }

  private withoutCommitter(): FlinkError {
    const name = this.sink.description;
    return new FlinkError(
      'COMMITTER_MISSING',
      `the writer of sink '${name}' has something to commit, but the sink has no committer`,
      {
        domain: 'user',
        remedy: 'Give the sink a createCommitter(), or the writer no prepareCommit().',
        details: { sink: name, operator: this.context.name },
      },
    );
  }

  private openWriter(): SinkWriter<unknown, unknown> {
    return checkNotNull(this.writer, `open writer of sink '${this.sink.description}'`);
  }
}

class ReusedElementContext implements SinkElementContext {
  eventTime: number = NO_TIMESTAMP;
  currentWatermark: number = MIN_WATERMARK;

  get timestamp(): number | undefined {
    return this.eventTime === NO_TIMESTAMP ? undefined : this.eventTime;
  }
}
