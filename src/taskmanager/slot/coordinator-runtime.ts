/**
 * The enumerators of a job's sources, in a thread of their own: the JobManager never runs user code. Mirrors:
 * SourceCoordinator. Events reach it, and its answers leave, through the JobMaster.
 */
import type { SourceSplit, SplitEnumerator, SplitEnumeratorContext } from '../../api/source.js';
import { serializeError } from '../../core/errors.js';
import type { OperatorId } from '../../core/ids.js';
import type { JobGraph } from '../../graph/job-graph.js';
import type { StreamGraph } from '../../graph/stream-graph.js';
import type { EventToEnumerator, EventToReader } from '../../protocol/operator-events.js';
import type { SlotRuntime } from './slot-runtime.js';
import { WatermarkAlignment } from './watermark-alignment.js';

interface Coordinated {
  readonly enumerator: SplitEnumerator<SourceSplit, unknown>;
  readonly readers: Set<number>;
}

export class CoordinatorRuntime {
  private readonly coordinated = new Map<OperatorId, Coordinated>();
  private readonly slot: SlotRuntime;
  private readonly alignment: WatermarkAlignment;

  constructor(jobGraph: JobGraph, program: StreamGraph, slot: SlotRuntime) {
    this.slot = slot;
    this.alignment = new WatermarkAlignment(
      slot.options.environment.clock,
      slot.timers,
      (operatorId, subtask, maxAllowedWatermark) =>
        this.send(operatorId, subtask, { type: 'alignWatermark', maxAllowedWatermark }),
    );
    for (const vertex of jobGraph.vertices) {
      for (const operator of vertex.operators) {
        const definition = program.nodeById.get(operator.id)?.definition;
        if (definition?.kind !== 'source') continue;
        const { alignment } = definition.strategy;
        if (alignment !== undefined) this.alignment.addSource(operator.id, alignment, vertex.parallelism);
        const readers = new Set<number>();
        const context = this.contextOf(operator.id, vertex.parallelism, readers);
        this.coordinated.set(operator.id, { enumerator: definition.source.createEnumerator(context), readers });
      }
    }
  }

  async start(): Promise<void> {
    for (const { enumerator } of this.coordinated.values()) await enumerator.start();
    this.alignment.start();
  }

  handleEvent(operatorId: OperatorId, subtask: number, event: unknown): void {
    const coordinated = this.coordinated.get(operatorId);
    if (coordinated === undefined) return;
    this.guard(() => {
      const { enumerator, readers } = coordinated;
      const known = event as EventToEnumerator;
      if (known.type === 'reportWatermark') this.alignment.onReport(operatorId, subtask, known.watermark);
      else if (known.type === 'registerReader') {
        readers.add(subtask);
        enumerator.addReader(subtask);
      } else if (known.type === 'requestSplit') enumerator.handleSplitRequest(subtask);
      else if (known.type === 'sourceEvent') enumerator.handleSourceEvent?.(subtask, known.event);
      else {
        readers.delete(subtask);
        this.alignment.onReset(operatorId, subtask);
        enumerator.addSplitsBack(known.splits, subtask);
      }
    });
  }

  async close(): Promise<void> {
    this.alignment.close();
    for (const { enumerator } of this.coordinated.values()) await enumerator.close?.();
  }

  private contextOf(
    operatorId: OperatorId,
    parallelism: number,
    readers: Set<number>,
  ): SplitEnumeratorContext<SourceSplit> {
    const send = (subtask: number, event: EventToReader): void => this.send(operatorId, subtask, event);
    return {
      currentParallelism: parallelism,
      registeredReaders: () => [...readers].sort((a, b) => a - b),
      assignSplit: (split, subtask) => send(subtask, { type: 'addSplits', splits: [split] }),
      signalNoMoreSplits: (subtask) => send(subtask, { type: 'noMoreSplits' }),
      sendEventToSourceReader: (subtask, event) => send(subtask, { type: 'sourceEvent', event }),
      callAsync: (work, handler) => {
        work().then(
          (result) => this.guard(() => handler(undefined, result)),
          (error: unknown) => this.guard(() => handler(error, undefined)),
        );
      },
    };
  }

  private send(operatorId: OperatorId, subtask: number, event: EventToReader): void {
    this.slot.report({ type: 'eventToReader', operatorId, subtask, event });
  }

  /** An enumerator that throws fails its host, and with it the job's attempt. */
  private guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.slot.report({ type: 'failed', error: serializeError(error) });
    }
  }
}
