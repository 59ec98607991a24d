/**
 * The output of a task along one edge: chooses the channel of each record and tells the task when there is no room.
 * Mirrors: RecordWriterOutput, ChannelSelectorRecordWriter, BroadcastRecordWriter.
 */
import { checkNotNull } from '../../core/assert.js';
import type { ChannelHandle } from '../../network/channel-handle.js';
import { PartitionPool } from '../../network/partition-pool.js';
import {
  ALL_CHANNELS,
  type ChannelSelector,
  createChannelSelector,
  KeyGroupSelector,
  NO_KEY_GROUP,
} from '../../network/partitioners.js';
import type { ChannelDescriptor, ResultPartitionDescriptor } from '../../protocol/task-deployment-descriptor.js';
import type { ChainStep, KeyedOutput, KeyedStep, Push } from './chain-step.js';
import type { ChainTarget } from './chain-target.js';
import type { FlowControl } from './flow-control.js';
import { LocalChannel } from './local-channel.js';
import type { OutputChannel } from './output-channel.js';
import type { TaskContext } from './task-context.js';
import type { TaskMetricGroup } from './task-metrics.js';
import { unsendableRecord } from './user-code-error.js';

export class PartitionOutput implements ChainTarget, KeyedOutput {
  numRecordsOut = 0;
  readonly steps: readonly ChainStep[];
  private readonly channels: readonly OutputChannel[];
  private readonly flow: FlowControl;
  private readonly metrics: TaskMetricGroup;

  constructor(
    channels: readonly OutputChannel[],
    selector: ChannelSelector,
    isForward: boolean,
    flow: FlowControl,
    metrics: TaskMetricGroup,
  ) {
    this.channels = channels;
    this.flow = flow;
    this.metrics = metrics;
    this.steps = [
      selector instanceof KeyGroupSelector
        ? this.keyedStep(selector)
        : { kind: 'push', push: this.pushThrough(selector, isForward) },
    ];
  }

  readonly watermark = (timestamp: number): void => {
    this.metrics.currentOutputWatermark = timestamp;
    for (const channel of this.channels) channel.writeWatermark(timestamp);
    this.noteBlocked();
  };

  readonly idle = (isIdle: boolean): void => {
    for (const channel of this.channels) channel.writeIdle(isIdle);
    this.noteBlocked();
  };

  /** hot path */
  write(index: number, value: unknown, timestamp: number, keyGroup: number): void {
    const channel = this.channels[index] as OutputChannel;
    this.numRecordsOut++;
    channel.write(value, timestamp, keyGroup);
    if (channel.isBlocked) this.flow.isBlocked = true;
  }

  endOfData(): void {
    for (const channel of this.channels) channel.writeEndOfData();
    this.noteBlocked();
  }

  flush(): void {
    for (const channel of this.channels) channel.flush();
    this.noteBlocked();
  }

  /** Moves kept data on; true when every channel has room. */
  drain(): boolean {
    let drained = true;
    for (const channel of this.channels) if (!channel.drain()) drained = false;
    return drained;
  }

  private keyedStep({ keySelector, maxParallelism, channelOf }: KeyGroupSelector): KeyedStep {
    const index = this.channels.findIndex((channel) => channel instanceof LocalChannel);
    const channel = this.channels[index];
    const local = channel instanceof LocalChannel ? { index, channel } : undefined;
    return { kind: 'keyed', selector: keySelector, maxParallelism, channelOf, output: this, local };
  }

  private noteBlocked(): void {
    for (const channel of this.channels) if (channel.isBlocked) this.flow.isBlocked = true;
  }

  // hot path
  private pushThrough(selector: ChannelSelector, isForward: boolean): Push {
    const { channels, flow } = this;
    const [only] = channels;
    if (channels.length === 1 && only !== undefined && isForward) {
      return (value, timestamp) => {
        this.numRecordsOut++;
        only.write(value, timestamp, NO_KEY_GROUP);
        if (only.isBlocked) flow.isBlocked = true;
      };
    }
    return (value, timestamp) => {
      const index = selector.select(value);
      if (index === ALL_CHANNELS) return this.pushToAll(value, timestamp);
      this.write(index, value, timestamp, NO_KEY_GROUP);
    };
  }

  private pushToAll(value: unknown, timestamp: number): void {
    this.numRecordsOut++;
    for (const channel of this.channels) channel.write(value, timestamp, NO_KEY_GROUP);
    this.noteBlocked();
  }
}

/** Makes the output of one result partition; `local` finds the channel to a task of this slot. */
export function createPartitionOutput(
  context: TaskContext,
  partition: ResultPartitionDescriptor,
  handles: readonly ChannelHandle[],
  local: (channel: ChannelDescriptor) => LocalChannel,
): PartitionOutput {
  const edge = checkNotNull(
    context.program.edgeById.get(partition.edgeId),
    `edge ${partition.edgeId} in the bound program`,
  );
  const consumer = checkNotNull(
    context.jobGraph.vertices.find((vertex) => vertex.inputs.some((input) => input.edgeId === partition.edgeId)),
    `consumer of edge ${partition.edgeId}`,
  );
  const selector = createChannelSelector(
    edge.partitioner,
    handles.length,
    consumer.maxParallelism,
    context.environment.random,
  );
  const pool = new PartitionPool(handles, {
    isBroadcast: edge.partitioner.kind === 'broadcast',
    explain: (error) => unsendableRecord(error, context.program.nodeById.get(edge.from)?.name ?? edge.from),
  });
  const channels: OutputChannel[] = [];
  const locals: LocalChannel[] = [];
  partition.channels.forEach((descriptor, i) => {
    if (handles[i]?.kind === 'local') locals.push(local(descriptor));
    const channel = handles[i]?.kind === 'local' ? locals.at(-1) : pool.writers[i];
    if (channel !== undefined) channels.push(channel);
  });
  if (pool.broadcast !== undefined) channels.push(pool.broadcast);
  addGauges(context.metrics, pool, locals);
  return new PartitionOutput(channels, selector, edge.partitioner.kind === 'forward', context.flow, context.metrics);
}

/** What waits for consumers: in shared memory, beside it, and by reference in this slot. */
function addGauges(metrics: TaskMetricGroup, pool: PartitionPool, locals: readonly LocalChannel[]): void {
  metrics.addGauge('buffers.outputQueueLength', () => pool.numQueuedSegments);
  metrics.addGauge('buffers.outputOverflowBytes', () => pool.retainedBytes);
  metrics.addGauge('buffers.localQueueLength', () => locals.reduce((sum, channel) => sum + channel.size, 0));
}
