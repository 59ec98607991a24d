/** The two ends of the channels of one partition: exchange.ts has both in one thread, exchange-thread.ts one of them. */
import { ChannelReader } from '../src/network/channel-reader.js';
import type { ChannelWriter } from '../src/network/channel-writer.js';
import { PartitionPool } from '../src/network/partition-pool.js';
import type { SharedChannelHandle } from '../src/network/shared-channel.js';

export interface RoundResult {
  readonly count: number;
  readonly sum: number;
}

/** A task steps about as many records; it flushes what waits after `execution.buffer-timeout`, which is seldom. */
const RECORDS_PER_STEP = 1000;
const RECORDS_PER_FLUSH = 100_000;

export class Sender {
  private readonly pool: PartitionPool;
  private readonly writers: readonly ChannelWriter[];
  private readonly make: (n: number) => unknown;
  private readonly check: (record: never) => number;

  constructor(handles: readonly SharedChannelHandle[], make: (n: number) => unknown, check: (record: never) => number) {
    this.pool = new PartitionPool(handles);
    this.writers = this.pool.writers.filter((writer) => writer !== undefined);
    this.make = make;
    this.check = check;
  }

  /** Sends records [first, first + count), then a watermark; `drain` is called after each step and returns when there is room. */
  send(first: number, count: number, drain: (pool: PartitionPool) => void): RoundResult {
    const { pool, writers, make, check } = this;
    let sum = 0;
    for (let n = first; n < first + count; n++) {
      const record = make(n);
      sum += check(record as never);
      const group = (Math.imul(n, 0x9e3779b1) >>> 16) & 127;
      (writers[group % writers.length] as ChannelWriter).write(record, n, group);
      if (n % RECORDS_PER_STEP !== 0) continue;
      if (n % RECORDS_PER_FLUSH === 0) pool.flush();
      drain(pool);
    }
    for (const writer of writers) writer.writeWatermark(first + count);
    pool.flush();
    drain(pool);
    return { count, sum };
  }
}

export class Receiver {
  private readonly readers: readonly ChannelReader[];
  private readonly check: (record: never) => number;
  private count = 0;
  private sum = 0;
  private ended = 0;

  constructor(handles: readonly SharedChannelHandle[], check: (record: never) => number) {
    this.readers = handles.map((handle) => new ChannelReader(handle));
    this.check = check;
  }

  /** Takes what is there; answers how many frames. */
  receive(): number {
    let frames = 0;
    for (const reader of this.readers) {
      for (let frame = reader.poll(); frame !== undefined; frame = reader.poll()) {
        frames++;
        if (frame.kind === 'watermark') this.ended++;
        if (frame.kind !== 'records') continue;
        this.count += frame.count;
        for (let i = 0; i < frame.count; i++) this.sum += this.check(frame.records[i] as never);
      }
    }
    return frames;
  }

  /** Whether the watermark of the round has come through every channel. */
  get hasEnded(): boolean {
    return this.ended === this.readers.length;
  }

  /** What came since the last call. */
  takeResult(): RoundResult {
    const result = { count: this.count, sum: this.sum };
    this.count = 0;
    this.sum = 0;
    this.ended = 0;
    return result;
  }
}
