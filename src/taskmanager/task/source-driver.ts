/**
 * Runs the reader of a source at the head of a chain: polls it in small portions, assigns event time and watermarks, and
 * passes splits and events between reader and enumerator. Mirrors: SourceOperator.
 */
import type { InputStatus, ReaderOutput, SourceReader, SourceSplit } from '../../api/source.js';
import type { StreamNode } from '../../graph/stream-graph.js';
import { checkState } from '../../core/assert.js';
import { NO_TIMESTAMP } from '../../core/time-constants.js';
import type { OperatorId } from '../../core/ids.js';
import { WatermarkDriver } from '../../operators/timestamps-and-watermarks.js';
import type { EventToEnumerator, EventToReader } from '../../protocol/operator-events.js';
import type { ChainHead } from './operator-chain.js';
import type { TaskContext } from './task-context.js';

/** Records asked of a reader at a time: bounds what it may emit beyond an output that became full. */
const PORTION = 128;
/** Idleness needs the clock also when watermarks are made with every record. */
const IDLE_CHECK_INTERVAL_MS = 200;

export class SourceDriver implements ReaderOutput<unknown> {
  /** Resolves when polling is worth while again; set after a reader had nothing. */
  availability: Promise<void> | undefined;
  hasEnded = false;
  private readonly reader: SourceReader<unknown, SourceSplit>;
  private readonly watermarks: WatermarkDriver;
  private readonly plainPush: (value: unknown, timestamp: number) => void;
  private push: (value: unknown, timestamp: number) => void;
  /** Records to let through before the next is checked. */
  private untilCheck: number;
  private readonly task: TaskContext;
  private readonly operatorId: OperatorId;
  private readonly head: ChainHead;
  private cancelPeriodic: () => void = () => undefined;

  constructor(task: TaskContext, node: StreamNode, head: ChainHead) {
    const { definition } = node;
    checkState(definition.kind === 'source', `operator '${node.name}' is not a source`);
    const { source, strategy } = definition as Extract<typeof definition, { kind: 'source' }>;
    this.task = task;
    this.operatorId = node.id;
    this.plainPush = head.operands[0] as (value: unknown, timestamp: number) => void;
    this.push = this.plainPush;
    this.untilCheck = (head.sampled?.checks.untilNext ?? Number.POSITIVE_INFINITY) - 1;
    this.watermarks = new WatermarkDriver({
      name: node.name,
      strategy,
      output: { emitWatermark: head.watermark, emitIdle: head.idle },
      clock: task.environment.clock,
      intervalMs: task.autoWatermarkIntervalMs,
    });
    this.head = head;
    this.reader = source.createReader({
      indexOfSubtask: task.descriptor.subtaskIndex,
      currentParallelism: task.vertex.parallelism,
      sendSplitRequest: () => this.send({ type: 'requestSplit' }),
      sendSourceEventToCoordinator: (event) => this.send({ type: 'sourceEvent', event }),
    });
  }

  async open(): Promise<void> {
    this.schedulePeriodic();
    this.send({ type: 'registerReader' });
    await this.reader.start();
  }

  /** Polls the reader for at most `budget` records while the task is open; answers how many it emitted. */
  poll(budget: number): number {
    const before = this.task.metrics.numRecordsIn;
    let emitted = 0;
    while (emitted < budget && this.task.flow.isOpen) {
      const status = this.pollReader(Math.min(PORTION, budget - emitted));
      emitted = this.task.metrics.numRecordsIn - before;
      if (status !== 'MORE_AVAILABLE') {
        this.rest(status);
        break;
      }
    }
    return emitted;
  }

  /**
   * A record that is due for a check is polled alone. Choosing between two targets here, and not per record, keeps the
   * checks out of the code that is compiled for all records: an object that might be checked must exist in memory.
   */
  private pollReader(maxRecords: number): InputStatus {
    const { sampled } = this.head;
    if (sampled === undefined || this.untilCheck > 0) {
      this.push = this.plainPush;
      const before = this.task.metrics.numRecordsIn;
      const status = this.reader.pollNext(this, Math.min(maxRecords, this.untilCheck));
      this.untilCheck -= this.task.metrics.numRecordsIn - before;
      return status;
    }
    this.push = sampled.push;
    const status = this.reader.pollNext(this, 1);
    this.untilCheck = sampled.checks.untilNext - 1;
    return status;
  }

  handleEvent(event: EventToReader): void {
    if (event.type === 'addSplits') this.reader.addSplits(event.splits);
    else if (event.type === 'noMoreSplits') this.reader.notifyNoMoreSplits();
    else this.reader.handleSourceEvent?.(event.event);
    this.availability = undefined;
  }

  close(): void | Promise<void> {
    this.cancelPeriodic();
    return this.reader.close?.();
  }

  // hot path
  collect(value: unknown, timestamp: number = NO_TIMESTAMP): void {
    this.task.metrics.numRecordsIn++;
    const eventTime = this.watermarks.assignTimestamp(value, timestamp);
    this.push(value, eventTime);
    this.watermarks.onRecord(value, eventTime);
  }

  emitWatermark(timestamp: number): void {
    this.head.watermark(timestamp);
  }

  markIdle(): void {
    this.head.idle(true);
  }

  markActive(): void {
    this.head.idle(false);
  }

  private schedulePeriodic(): void {
    const { environment, timers, autoWatermarkIntervalMs, mail } = this.task;
    const intervalMs = autoWatermarkIntervalMs > 0 ? autoWatermarkIntervalMs : IDLE_CHECK_INTERVAL_MS;
    this.cancelPeriodic = timers.schedule(environment.clock.now() + intervalMs, () =>
      mail(() => {
        this.watermarks.onPeriodic();
        this.schedulePeriodic();
      }),
    );
  }

  private rest(status: InputStatus): void {
    if (status === 'END_OF_INPUT') this.hasEnded = true;
    else this.availability = this.reader.isAvailable();
  }

  private send(event: EventToEnumerator): void {
    this.task.messages.toCoordinator(this.operatorId, event);
  }
}
