/**
 * The inputs of a task: channels from other slots and from tasks of this slot, taken in turn. Combines watermarks and
 * idleness, sets the key, and hands records to the head of the chain. Mirrors: StreamInputProcessor, InputGate.
 */
import type { Frame, RecordsFrame } from '../../network/frames.js';
import type { ChainHead } from './operator-chain.js';
import type { FlowControl } from './flow-control.js';
import {
  ACTIVE_TAG,
  END_TAG,
  IDLE_TAG,
  type LocalChannel,
  type LocalConsumer,
  type Receive,
  WATERMARK_TAG,
} from './local-channel.js';
import { NO_KEY_GROUP } from '../../network/partitioners.js';
import type { TaskMetricGroup } from './task-metrics.js';
import { WatermarkValve } from './watermark-valve.js';

/** The receiving end of a channel from another slot. */
export interface RemoteChannel {
  /** The next frame, reused by the following call; undefined when nothing is there. */
  poll(): Frame | undefined;
  hasData(): boolean;
}

export type InputChannel =
  | { readonly kind: 'remote'; readonly operand: 0 | 1; readonly channel: RemoteChannel }
  | { readonly kind: 'local'; readonly operand: 0 | 1; readonly channel: LocalChannel };

export class TaskInput implements LocalConsumer {
  /** False until the operators are open, and again once the task ended: then nothing is taken. */
  isRunning = false;
  private readonly channels: readonly InputChannel[];
  /** Per operand. */
  private readonly receivers: readonly Receive[];
  private readonly head: ChainHead;
  private readonly flow: FlowControl;
  private readonly metrics: TaskMetricGroup;
  private readonly fail: (error: unknown) => void;
  private readonly valve: WatermarkValve;
  private openChannels: number;
  private next = 0;
  /** The frame being worked off: a reader reuses it, so it is finished before its channel is polled again. */
  private frame: RecordsFrame | undefined;
  private frameReceiver: Receive | undefined;
  private frameAt = 0;

  constructor(
    channels: readonly InputChannel[],
    receivers: readonly Receive[],
    head: ChainHead,
    flow: FlowControl,
    metrics: TaskMetricGroup,
    fail: (error: unknown) => void,
  ) {
    this.channels = channels;
    this.receivers = receivers;
    this.head = head;
    this.flow = flow;
    this.metrics = metrics;
    this.fail = fail;
    this.valve = new WatermarkValve(channels.length);
    this.openChannels = channels.length;
    channels.forEach((input, index) => {
      if (input.kind === 'local') input.channel.connect(this, index);
    });
  }

  get isOpen(): boolean {
    return this.isRunning && this.flow.isOpen;
  }

  get hasEnded(): boolean {
    return this.openChannels === 0;
  }

  /** Takes at most `budget` records while the task is open; answers how many entries it took. */
  process(budget: number): number {
    let taken = 0;
    let empty = 0;
    while (taken < budget && empty < this.channels.length && this.isOpen) {
      const got =
        this.frame === undefined ? this.take(this.nextChannel(), budget - taken) : this.continueFrame(budget - taken);
      empty = got === 0 && this.frame === undefined ? empty + 1 : 0;
      taken += got;
    }
    return taken;
  }

  receiverOf(channel: number): Receive {
    return this.receivers[(this.channels[channel] as InputChannel).operand] as Receive;
  }

  /** From a task of this slot, on the producer's stack: what goes wrong here must not fail the producer. */
  receiveEvent(channel: number, timestamp: number, tag: number): void {
    try {
      if (tag === WATERMARK_TAG) this.onWatermark(channel, timestamp);
      else if (tag === END_TAG) this.openChannels--;
      else if (tag === IDLE_TAG || tag === ACTIVE_TAG) this.onIdle(channel, tag === IDLE_TAG);
    } catch (error) {
      this.fail(error);
    }
  }

  private nextChannel(): number {
    const channel = this.next;
    this.next = channel + 1 === this.channels.length ? 0 : channel + 1;
    return channel;
  }

  private take(index: number, budget: number): number {
    const input = this.channels[index] as InputChannel;
    if (input.kind === 'local') return input.channel.deliver(budget);
    const frame = input.channel.poll();
    if (frame === undefined) return 0;
    switch (frame.kind) {
      case 'records':
        this.frame = frame;
        this.frameAt = 0;
        this.frameReceiver = this.receivers[input.operand] as Receive;
        return this.continueFrame(budget);
      case 'watermark':
        this.onWatermark(index, frame.timestamp);
        return 1;
      case 'idle':
        this.onIdle(index, frame.isIdle);
        return 1;
      case 'endOfData':
        this.openChannels--;
        return 1;
    }
  }

  // hot path
  private continueFrame(budget: number): number {
    const frame = this.frame as RecordsFrame;
    const receive = this.frameReceiver as Receive;
    const { records, timestamps, keyGroups, count } = frame;
    const start = this.frameAt;
    const end = Math.min(count, start + budget);
    let at = start;
    for (; at < end && this.isOpen; at++)
      receive(records[at], timestamps[at] as number, keyGroups === null ? NO_KEY_GROUP : (keyGroups[at] as number));
    this.frameAt = at;
    if (at === count) this.frame = undefined;
    return at - start;
  }

  private onWatermark(channel: number, timestamp: number): void {
    if (this.valve.onWatermark(channel, timestamp)) this.forwardWatermark();
  }

  private forwardWatermark(): void {
    this.metrics.currentOutputWatermark = this.valve.watermark;
    this.head.watermark(this.valve.watermark);
  }

  private onIdle(channel: number, isIdle: boolean): void {
    const change = this.valve.onIdle(channel, isIdle);
    if (change.idleChanged && !this.valve.isIdle) this.head.idle(false);
    if (change.watermarkRose) this.forwardWatermark();
    if (change.idleChanged && this.valve.isIdle) this.head.idle(true);
  }
}
