/**
 * The watermarks of all readers of a job whose sources are aligned, by group; answers each reader how far it may go.
 * In the coordinator host. Mirrors: SourceCoordinator.WatermarkAggregator, CoordinatorStore.
 */
import type { WatermarkAlignmentParams } from '../../api/watermark-strategy.js';
import type { Clock } from '../../core/clock.js';
import type { OperatorId } from '../../core/ids.js';
import { MAX_WATERMARK, MIN_WATERMARK } from '../../core/time-constants.js';
import type { SlotTimers } from '../task/slot-timers.js';

/** Takes what a reader is told. */
export type Announce = (operatorId: OperatorId, subtask: number, maxAllowedWatermark: number) => void;

interface AlignedSource {
  readonly operatorId: OperatorId;
  readonly params: WatermarkAlignmentParams;
  /** By subtask: what it reported last. A reader that has not reported yet holds the others. */
  readonly watermarks: number[];
  /** By subtask: what it was told last; undefined before it is there. */
  readonly announced: (number | undefined)[];
  cancel: () => void;
}

export class WatermarkAlignment {
  private readonly clock: Clock;
  private readonly timers: SlotTimers;
  private readonly announce: Announce;
  private readonly sources = new Map<OperatorId, AlignedSource>();

  constructor(clock: Clock, timers: SlotTimers, announce: Announce) {
    this.clock = clock;
    this.timers = timers;
    this.announce = announce;
  }

  addSource(operatorId: OperatorId, params: WatermarkAlignmentParams, parallelism: number): void {
    this.sources.set(operatorId, {
      operatorId,
      params,
      watermarks: new Array<number>(parallelism).fill(MIN_WATERMARK),
      announced: new Array<number | undefined>(parallelism).fill(undefined),
      cancel: () => undefined,
    });
  }

  start(): void {
    for (const source of this.sources.values()) this.schedule(source);
  }

  close(): void {
    for (const { cancel } of this.sources.values()) cancel();
    this.sources.clear();
  }

  /** Of a source that is not aligned nothing is kept. */
  onReport(operatorId: OperatorId, subtask: number, watermark: number): void {
    const source = this.sources.get(operatorId);
    if (source !== undefined) source.watermarks[subtask] = watermark;
  }

  /** It has failed, or a new attempt of it begins: what the old one reported does not count. */
  onReset(operatorId: OperatorId, subtask: number): void {
    const source = this.sources.get(operatorId);
    if (source === undefined) return;
    source.watermarks[subtask] = MIN_WATERMARK;
    source.announced[subtask] = undefined;
  }

  private schedule(source: AlignedSource): void {
    source.cancel = this.timers.schedule(this.clock.now() + source.params.updateIntervalMs, () => {
      this.update(source);
      this.schedule(source);
    });
  }

  /** Readers hear of news only. */
  private update({ operatorId, params, watermarks, announced }: AlignedSource): void {
    const group = this.lowestIn(params.group);
    watermarks.forEach((watermark, subtask) => {
      // Nobody waits for himself: what he reported is old, and would hold him to one drift an interval.
      const lowest = watermark === group.lowest && group.numLowest === 1 ? group.second : group.lowest;
      const maxAllowed = lowest === MAX_WATERMARK ? MAX_WATERMARK : lowest + params.maxAllowedWatermarkDriftMs;
      if (announced[subtask] === maxAllowed) return;
      announced[subtask] = maxAllowed;
      this.announce(operatorId, subtask, maxAllowed);
    });
  }

  /** The lowest watermark, how many have it, and the lowest above it. */
  private lowestIn(group: string): { readonly lowest: number; readonly numLowest: number; readonly second: number } {
    let lowest = MAX_WATERMARK;
    let second = MAX_WATERMARK;
    let numLowest = 0;
    for (const { params, watermarks } of this.sources.values()) {
      if (params.group !== group) continue;
      for (const watermark of watermarks) {
        if (watermark === lowest) numLowest++;
        else if (watermark < lowest) {
          second = lowest;
          lowest = watermark;
          numLowest = 1;
        } else second = Math.min(second, watermark);
      }
    }
    return { lowest, numLowest, second };
  }
}
