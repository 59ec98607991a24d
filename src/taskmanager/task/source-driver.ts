/**
 * Runs the reader of a source at the head of a chain: polls it in small portions, assigns event time and watermarks, and
 * passes splits and events between reader and enumerator. Mirrors: SourceOperator.
 */
import type { InputStatus, ReaderOutput, SourceReader, SourceSplit } from '../../api/source.js';
import type { WatermarkStrategy } from '../../api/watermark-strategy.js';
import type { StreamNode } from '../../graph/stream-graph.js';
import { checkNotNull, checkState } from '../../core/assert.js';
import type { OperatorId } from '../../core/ids.js';
import { WatermarkDriver } from '../../operators/timestamps-and-watermarks.js';
import type { EventToEnumerator, EventToReader } from '../../protocol/operator-events.js';
import { compileSource, type Sampling } from './compiled-chain.js';
import { interpretChain } from './interpreted-chain.js';
import type { OperatorChain } from './operator-chain.js';
import type { RecordChecks } from './record-checks.js';
import { SourceAlignment } from './source-alignment.js';
import type { TaskContext } from './task-context.js';

/** Records asked of a reader at a time: bounds what it may emit beyond an output that became full. */
const PORTION = 128;
/** Idleness needs the clock also when watermarks are made with every record. */
const IDLE_CHECK_INTERVAL_MS = 200;

export class SourceDriver {
  /** Resolves when polling is worth while again; set after a reader had nothing. */
  availability: Promise<void> | undefined;
  hasEnded = false;
  private readonly reader: SourceReader<unknown, SourceSplit>;
  private readonly watermarks: WatermarkDriver;
  private readonly output: ReaderOutput<unknown>;
  private readonly checks: RecordChecks;
  private readonly sampling: Sampling;
  private readonly task: TaskContext;
  private readonly operatorId: OperatorId;
  private readonly alignment: SourceAlignment | undefined;
  private cancelPeriodic: () => void = () => undefined;
  private cancelReports: () => void = () => undefined;

  constructor(task: TaskContext, node: StreamNode, { head, emitted }: OperatorChain) {
    const { definition } = node;
    checkState(definition.kind === 'source', `operator '${node.name}' is not a source`);
    const { source, strategy } = definition as Extract<typeof definition, { kind: 'source' }>;
    this.task = task;
    this.operatorId = node.id;
    this.alignment = this.createAlignment(node.name, strategy);
    const { watermark, idle } = this.alignment?.watching(head) ?? head;
    this.watermarks = new WatermarkDriver({
      name: node.name,
      strategy,
      output: { emitWatermark: watermark, emitIdle: idle },
      clock: task.environment.clock,
      intervalMs: task.autoWatermarkIntervalMs,
    });
    const checks = checkNotNull(head.checks, 'checks of a source');
    this.checks = checks;
    const checked = interpretChain(head.steps, emitted, checks);
    this.sampling = {
      isDue: false,
      checked: (value, timestamp) => checked(checks.check(value), timestamp),
    };
    this.output = {
      collect: compileSource(
        {
          metrics: task.metrics,
          watermarks: this.watermarks,
          sampling: task.checkMode === 'none' ? undefined : this.sampling,
        },
        head.steps,
        emitted,
      ),
      emitWatermark: watermark,
      markIdle: () => idle(true),
      markActive: () => idle(false),
    };
    this.reader = source.createReader({
      indexOfSubtask: task.descriptor.subtaskIndex,
      currentParallelism: task.vertex.parallelism,
      sendSplitRequest: () => this.send({ type: 'requestSplit' }),
      sendSourceEventToCoordinator: (event) => this.send({ type: 'sourceEvent', event }),
    });
  }

  async open(): Promise<void> {
    this.schedulePeriodic();
    if (this.alignment !== undefined) this.scheduleReport(this.alignment);
    this.send({ type: 'registerReader' });
    await this.reader.start();
  }

  /** Polls the reader for at most `budget` records while the task is open; answers how many it emitted. */
  poll(budget: number): number {
    const before = this.task.metrics.numRecordsIn;
    let emitted = 0;
    while (emitted < budget && this.task.flow.isOpen && !this.isAhead()) {
      const status = this.pollReader(Math.min(PORTION, budget - emitted));
      emitted = this.task.metrics.numRecordsIn - before;
      if (status !== 'MORE_AVAILABLE') {
        this.rest(status);
        break;
      }
    }
    return emitted;
  }

  /** A record that is due for a check is polled alone, so that no record has to be counted for that. */
  private pollReader(maxRecords: number): InputStatus {
    const { sampling, checks, task } = this;
    sampling.isDue = checks.untilNext <= 1;
    const before = task.metrics.numRecordsIn;
    const status = this.reader.pollNext(this.output, sampling.isDue ? 1 : Math.min(maxRecords, checks.untilNext - 1));
    if (!sampling.isDue) checks.untilNext -= task.metrics.numRecordsIn - before;
    return status;
  }

  handleEvent(event: EventToReader): void {
    if (event.type === 'addSplits') this.reader.addSplits(event.splits);
    else if (event.type === 'alignWatermark') this.alignment?.onMaxAllowedWatermark(event.maxAllowedWatermark);
    else if (event.type === 'noMoreSplits') this.reader.notifyNoMoreSplits();
    else this.reader.handleSourceEvent?.(event.event);
    this.availability = undefined;
  }

  close(): void | Promise<void> {
    this.cancelPeriodic();
    this.cancelReports();
    return this.reader.close?.();
  }

  private schedulePeriodic(): void {
    const { environment, timers, autoWatermarkIntervalMs, mail } = this.task;
    const intervalMs = autoWatermarkIntervalMs > 0 ? autoWatermarkIntervalMs : IDLE_CHECK_INTERVAL_MS;
    this.cancelPeriodic = timers.schedule(environment.clock.now() + intervalMs, () =>
      mail(() => {
        this.watermarks.onPeriodic(this.alignment?.isAhead);
        this.schedulePeriodic();
      }),
    );
  }

  private createAlignment(name: string, { alignment }: WatermarkStrategy<never>): SourceAlignment | undefined {
    if (alignment === undefined) return undefined;
    const created = new SourceAlignment(alignment, (watermark) => this.send({ type: 'reportWatermark', watermark }));
    this.task.metrics.groupOf(name).gauge('watermarkAlignmentDrift', () => created.watermarkAlignmentDrift);
    return created;
  }

  /** In a group watermarks are made after each portion, lest a reader runs away between two periods. */
  private isAhead(): boolean {
    const { alignment } = this;
    if (alignment === undefined) return false;
    if (alignment.isAligned) this.watermarks.emitNow();
    return alignment.isAhead;
  }

  private scheduleReport(alignment: SourceAlignment): void {
    const { environment, timers, mail } = this.task;
    this.cancelReports = timers.schedule(environment.clock.now() + alignment.updateIntervalMs, () =>
      mail(() => {
        alignment.report();
        this.scheduleReport(alignment);
      }),
    );
  }

  private rest(status: InputStatus): void {
    if (status === 'END_OF_INPUT') {
      this.hasEnded = true;
      this.alignment?.reportEnd();
    } else this.availability = this.reader.isAvailable();
  }

  private send(event: EventToEnumerator): void {
    this.task.messages.toCoordinator(this.operatorId, event);
  }
}
