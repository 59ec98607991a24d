import { expect } from 'chai';
import fc from 'fast-check';
import { NO_TIMESTAMP } from '../../../src/core/time-constants.js';
import { isFlinkError } from '../../../src/core/errors.js';
import type { ChannelReader } from '../../../src/network/channel-reader.js';
import type { ChannelWriter } from '../../../src/network/channel-writer.js';
import { PartitionPool } from '../../../src/network/partition-pool.js';
import { plainValue, sameValue } from '../serialization/plain-values.js';
import {
  type Element,
  openPartition,
  type PartitionFixture,
  PRODUCER_BELL,
  readAll,
  readToEnd,
} from './channel-fixture.js';

function onlyWriter({ writers }: PartitionFixture): ChannelWriter {
  return writers[0] as ChannelWriter;
}

function values(elements: readonly Element[]): unknown[] {
  return elements.flatMap((element) => (typeof element === 'object' && 'value' in element ? [element.value] : []));
}

function bell(fixture: PartitionFixture, index: number): number {
  return new Int32Array(fixture.doorbells)[index] as number;
}

describe('a channel in one thread', () => {
  it('delivers records with timestamp and key group, and what is between them, in order', () => {
    const fixture = openPartition({ segmentBytes: 4096 });
    const writer = onlyWriter(fixture);
    writer.write({ id: 1 }, 10, 7);
    writer.write({ id: 2 }, 11, 8);
    writer.writeWatermark(9);
    writer.write({ id: 3 }, NO_TIMESTAMP, 127);
    writer.writeIdle(true);
    writer.writeIdle(false);
    writer.writeWatermark(Number.POSITIVE_INFINITY);
    writer.writeEndOfData();
    expect(readToEnd(fixture)).to.deep.equal([
      { value: { id: 1 }, timestamp: 10, keyGroup: 7 },
      { value: { id: 2 }, timestamp: 11, keyGroup: 8 },
      { watermark: 9 },
      { value: { id: 3 }, timestamp: NO_TIMESTAMP, keyGroup: 127 },
      { isIdle: true },
      { isIdle: false },
      { watermark: Number.POSITIVE_INFINITY },
      'endOfData',
    ]);
  });

  it('shows nothing before a flush, and then all', () => {
    const fixture = openPartition({ segmentBytes: 4096 });
    const writer = onlyWriter(fixture);
    writer.write('a', 1, -1);
    writer.writeWatermark(1);
    writer.write('b', 1, -1);
    const reader = fixture.readers[0] as ChannelReader;
    expect(reader.hasData()).to.equal(false);
    expect(reader.poll()).to.equal(undefined);
    writer.flush();
    expect(reader.hasData()).to.equal(true);
    expect(readAll(reader)).to.have.length(3);
    writer.flush();
    expect(reader.hasData()).to.equal(false);
  });

  it('gives no key groups on an edge that is not keyed', () => {
    const fixture = openPartition({ segmentBytes: 4096 });
    onlyWriter(fixture).write('a', 1, -1);
    onlyWriter(fixture).flush();
    expect(readToEnd(fixture)).to.deep.equal([{ value: 'a', timestamp: 1, keyGroup: undefined }]);
  });

  it('keeps what has no segment, in order, and says so until it is drained', () => {
    const fixture = openPartition({ segmentBytes: 64 });
    const writer = onlyWriter(fixture);
    for (let i = 0; i < 200; i++) writer.write(i, i, -1);
    writer.flush();
    expect(writer.isBlocked).to.equal(true);
    expect(fixture.pool.isBlocked).to.equal(true);
    expect(writer.retainedBytes).to.be.above(0);
    expect(writer.drain()).to.equal(false);
    writer.writeEndOfData();
    const elements = readToEnd(fixture);
    expect(values(elements)).to.deep.equal(Array.from({ length: 200 }, (_, i) => i));
    expect(elements.at(-1)).to.equal('endOfData');
    expect(writer.isBlocked).to.equal(false);
    expect(fixture.pool.retainedBytes).to.equal(0);
  });

  it('carries records of any kind through segments of one byte upwards', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ value: plainValue, timestamp: fc.integer(), action: fc.nat({ max: 5 }) }), {
          maxLength: 30,
        }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat({ max: 3 }),
        (records, segmentBytes, exclusive, floating) => {
          const fixture = openPartition({ segmentBytes, exclusive, floating });
          const writer = onlyWriter(fixture);
          const reader = fixture.readers[0] as ChannelReader;
          const received: Element[] = [];
          for (const { value, timestamp, action } of records) {
            writer.write(value, timestamp, -1);
            if (action === 0) writer.flush();
            if (action === 1) writer.writeWatermark(timestamp);
            if (action === 2) received.push(...readAll(reader));
            if (action === 3) fixture.pool.drain();
          }
          writer.writeEndOfData();
          received.push(...readToEnd(fixture));
          const expected = records.flatMap(({ value, timestamp, action }): Element[] => [
            { value, timestamp, keyGroup: undefined },
            ...(action === 1 ? [{ watermark: timestamp }] : []),
          ]);
          return sameValue(received, [...expected, 'endOfData']);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('passes a record of several megabytes through few small segments', () => {
    const fixture = openPartition({ segmentBytes: 32 << 10, exclusive: 2 });
    const text = 'flink'.repeat(1_000_000);
    onlyWriter(fixture).write({ text }, 0, -1);
    onlyWriter(fixture).write('after', 0, -1);
    onlyWriter(fixture).writeEndOfData();
    const received = values(readToEnd(fixture));
    expect((received[0] as { text: string }).text === text).to.equal(true);
    expect(received[1]).to.equal('after');
  });

  it('divides a batch whose records suddenly are large', () => {
    const fixture = openPartition({ segmentBytes: 32 << 10, exclusive: 2 });
    const writer = onlyWriter(fixture);
    for (let i = 0; i < 2000; i++) writer.write(i, 0, -1);
    const large = Array.from({ length: 20 }, (_, i) => new Uint8Array(1 << 20).fill(i));
    for (const value of large) writer.write(value, 0, -1);
    writer.writeEndOfData();
    expect(sameValue(values(readToEnd(fixture)).slice(2000), large)).to.equal(true);
  });

  it('refuses a record beyond the largest frame by name', () => {
    const fixture = openPartition({ segmentBytes: 4096 });
    const tooLarge = Array.from({ length: 5 }, () => new Uint8Array(30 << 20));
    onlyWriter(fixture).write(tooLarge, 0, -1);
    expect(() => onlyWriter(fixture).flush())
      .to.throw()
      .with.property('code', 'RECORD_TOO_LARGE');
  });

  it('names the path of a value that cannot be serialized', () => {
    const fixture = openPartition({ segmentBytes: 4096 });
    onlyWriter(fixture).write({ ok: 1 }, 0, -1);
    onlyWriter(fixture).write({ list: [Symbol('x')] }, 0, -1);
    expect(() => onlyWriter(fixture).flush()).to.throw(/the symbol Symbol\(x\) at \$\.list\[0\]/);
  });

  it('refuses an announcement that is out of range', () => {
    const fixture = openPartition({ segmentBytes: 64 });
    const ring = new Int32Array((fixture.handles[0] as { ring: SharedArrayBuffer }).ring);
    ring[4] = 99;
    ring[5] = 10;
    ring[1] = 1;
    expect(() => (fixture.readers[0] as ChannelReader).poll())
      .to.throw()
      .with.property('code', 'CORRUPT_DATA');
  });

  it('ends with frames or CORRUPT_DATA when bytes in a segment are damaged', () => {
    fc.assert(
      fc.property(
        plainValue,
        fc.array(fc.tuple(fc.nat({ max: 255 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 }),
        (value, damage) => {
          const fixture = openPartition({ segmentBytes: 256, exclusive: 8 });
          onlyWriter(fixture).write(value, 1, 3);
          onlyWriter(fixture).writeEndOfData();
          for (const [at, byte] of damage) fixture.pool.memory[at] = byte;
          try {
            readToEnd(fixture);
          } catch (error) {
            expect(isFlinkError(error) && error.code).to.equal('CORRUPT_DATA');
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('doorbells of a channel', () => {
  it('ring the consumer at every flush that has something for it', () => {
    const fixture = openPartition({ segmentBytes: 4096 });
    onlyWriter(fixture).write('a', 0, -1);
    expect(bell(fixture, 1)).to.equal(0);
    onlyWriter(fixture).flush();
    expect(bell(fixture, 1)).to.equal(1);
  });

  it('ring the consumer for full segments in pairs, and before the writer waits', () => {
    const fixture = openPartition({ segmentBytes: 4096, exclusive: 3 });
    const writer = onlyWriter(fixture);
    const seen = [1, 2, 3, 4, 5].map((watermark) => {
      writer.write(new Uint8Array(3000), 0, -1);
      writer.writeWatermark(watermark);
      return [fixture.pool.numQueuedSegments, bell(fixture, 1), writer.isBlocked];
    });
    expect(seen).to.deep.equal([
      [0, 0, false],
      [1, 0, false],
      [2, 1, false],
      [2, 1, false],
      [3, 2, true],
    ]);
  });

  it('ring the producer only while it waits for a segment', () => {
    const fixture = openPartition({ segmentBytes: 64 });
    const writer = onlyWriter(fixture);
    writer.write('a', 0, -1);
    writer.flush();
    readAll(fixture.readers[0] as ChannelReader);
    expect(bell(fixture, PRODUCER_BELL)).to.equal(0);
    writer.write('x'.repeat(500), 0, -1);
    writer.flush();
    expect(writer.isBlocked).to.equal(true);
    readAll(fixture.readers[0] as ChannelReader);
    expect(bell(fixture, PRODUCER_BELL)).to.be.above(0);
  });
});

describe('a partition of which every channel gets the same', () => {
  it('delivers everything through every channel, however far each is read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ value: plainValue, action: fc.nat({ max: 6 }) }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 300 }),
        (records, channels, segmentBytes) => {
          const fixture = openPartition({ channels, segmentBytes, floating: 1, isBroadcast: true });
          const writer = fixture.pool.broadcast as ChannelWriter;
          const received: Element[][] = fixture.readers.map(() => []);
          for (const { value, action } of records) {
            writer.write(value, 1, -1);
            if (action === 0) fixture.pool.flush();
            if (action === 1) writer.writeWatermark(5);
            const reader = fixture.readers[action - 2];
            if (reader !== undefined) received[action - 2]?.push(...readAll(reader));
            if (action === 6) fixture.pool.drain();
          }
          writer.writeEndOfData();
          while (!fixture.pool.drain()) fixture.readers.forEach((reader, i) => received[i]?.push(...readAll(reader)));
          fixture.readers.forEach((reader, i) => received[i]?.push(...readAll(reader)));
          const expected = records.flatMap(({ value, action }): Element[] => [
            { value, timestamp: 1, keyGroup: undefined },
            ...(action === 1 ? [{ watermark: 5 }] : []),
          ]);
          return received.every((each) => sameValue(each, [...expected, 'endOfData']));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is blocked by the slowest reader', () => {
    const fixture = openPartition({ channels: 2, segmentBytes: 64, isBroadcast: true });
    const writer = fixture.pool.broadcast as ChannelWriter;
    writer.write(new Uint8Array(300), 0, -1);
    writer.flush();
    do readAll(fixture.readers[0] as ChannelReader);
    while (!fixture.pool.drain() && (fixture.readers[0] as ChannelReader).hasData());
    expect(writer.isBlocked).to.equal(true);
    readToEnd(fixture, 1);
    expect(writer.isBlocked).to.equal(false);
    expect(fixture.pool.retainedBytes).to.equal(0);
  });

  it('has no writer when all consumers are in the slot', () => {
    expect(new PartitionPool([{ kind: 'local' }], { isBroadcast: true }).broadcast).to.equal(undefined);
  });
});

describe('PartitionPool', () => {
  it('lets a channel that is not read starve no other', () => {
    const fixture = openPartition({ channels: 3, segmentBytes: 64, exclusive: 1, floating: 2 });
    const [stuck, ...others] = fixture.writers as [ChannelWriter, ChannelWriter, ChannelWriter];
    for (let i = 0; i < 100; i++) stuck.write('x'.repeat(50), 0, -1);
    stuck.flush();
    expect(stuck.isBlocked).to.equal(true);
    others.forEach((writer, index) => {
      for (let i = 0; i < 100; i++) {
        writer.write(i, 0, -1);
        writer.flush();
        expect(values(readToEnd(fixture, index + 1))).to.deep.equal([i]);
      }
    });
    expect(values(readToEnd(fixture, 0))).to.have.length(100);
  });

  it('gives floating segments to the channel that asks', () => {
    const fixture = openPartition({ channels: 2, segmentBytes: 64, exclusive: 1, floating: 3 });
    const [writer] = fixture.writers as [ChannelWriter, ChannelWriter];
    writer.write('x'.repeat(190), 0, -1);
    writer.flush();
    expect(writer.isBlocked).to.equal(false);
    writer.write('x'.repeat(190), 0, -1);
    writer.flush();
    expect(writer.isBlocked).to.equal(true);
  });

  it('leaves out channels inside a slot', () => {
    const { handles } = openPartition({ channels: 2 });
    const pool = new PartitionPool([{ kind: 'local' }, ...handles]);
    expect(pool.writers.map((writer) => writer !== undefined)).to.deep.equal([false, true, true]);
    expect(new PartitionPool([{ kind: 'local' }]).drain()).to.equal(true);
  });

  it('keeps 128 channels apart in order', () => {
    const fixture = openPartition({ channels: 128, segmentBytes: 512, exclusive: 2, floating: 8 });
    const expected: number[][] = fixture.writers.map(() => []);
    for (let i = 0; i < 20_000; i++) {
      const channel = (i * 7919) % 128;
      (fixture.writers[channel] as ChannelWriter).write(i, i, channel);
      (expected[channel] as number[]).push(i);
    }
    for (const writer of fixture.writers) writer.writeEndOfData();
    fixture.readers.forEach((_, channel) => {
      expect(values(readToEnd(fixture, channel))).to.deep.equal(expected[channel]);
    });
  });
});
