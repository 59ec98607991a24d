import { expect } from 'chai';
import { DecodedDictionaries, EventBatchReader } from '../../../examples/nexmark/generator/event-batch-reader.js';
import { BidDictionaries, encodeEvents } from '../../../examples/nexmark/generator/event-batch.js';
import { KernelGenerator } from '../../../examples/nexmark/generator/kernel-generator.js';
import { generatorConfig, NEXMARK_DEFAULTS } from '../../../examples/nexmark/generator/nexmark-config.js';
import type { NexmarkEvent } from '../../../examples/nexmark/model.js';

function eventsAt(position: number, count: number, stride = 1): readonly NexmarkEvent[] {
  const events: NexmarkEvent[] = [];
  const generator = new KernelGenerator(generatorConfig({ ...NEXMARK_DEFAULTS, rate: 1_000_000 }));
  generator.emit({ collect: (event) => events.push(event) }, position, count, stride);
  return events;
}

function decode(events: readonly NexmarkEvent[], portion = 128): readonly NexmarkEvent[] {
  const reader = new EventBatchReader(encodeEvents(events, new BidDictionaries()), new DecodedDictionaries());
  const decoded: NexmarkEvent[] = [];
  while (reader.remaining > 0) {
    reader.emit({ collect: (event) => decoded.push(event) }, Math.min(portion, reader.remaining));
  }
  return decoded;
}

describe('a batch of encoded events', () => {
  it('has the same events in the same order, with their fields in the same order', () => {
    const events = eventsAt(0, 2_000);
    expect(decode(events)).to.deep.equal(events);
    expect(decode(events).map((event) => Object.keys(event))).to.deep.equal(events.map((event) => Object.keys(event)));
  });

  it('is read in portions of any size', () => {
    const events = eventsAt(50_000, 200);
    for (const portion of [1, 7, 200]) expect(decode(events, portion)).to.deep.equal(events);
  });

  it('may have events of one kind only', () => {
    for (const [position, kind] of [
      [48, 'person'],
      [49, 'auction'],
      [10, 'bid'],
    ] as const) {
      const events = eventsAt(position, 100, 50);
      expect(new Set(events.map((event) => event.kind))).to.deep.equal(new Set([kind]));
      expect(decode(events)).to.deep.equal(events);
    }
  });

  it('has ids beyond 32 bits', () => {
    const events = eventsAt(2 ** 45, 500);
    expect(decode(events)).to.deep.equal(events);
  });

  it('has the timestamps with the events', () => {
    const reader = new EventBatchReader(
      encodeEvents(eventsAt(0, 500), new BidDictionaries()),
      new DecodedDictionaries(),
    );
    const wrong: unknown[] = [];
    reader.emit(
      {
        collect: (event, timestamp) => {
          if (event.dateTime !== timestamp) wrong.push(event);
        },
      },
      500,
    );
    expect(wrong).to.deep.equal([]);
  });

  it('brings only the channels and urls that no batch before it had', () => {
    const encoded = new BidDictionaries();
    const decoded = new DecodedDictionaries();
    const batches = [0, 512, 1_024].map((position) => encodeEvents(eventsAt(position, 512), encoded));
    const events: NexmarkEvent[] = [];
    for (const batch of batches) new EventBatchReader(batch, decoded).emit({ collect: (e) => events.push(e) }, 512);
    expect(events).to.deep.equal(eventsAt(0, 1_536));
    expect(new Set(decoded.channels).size).to.equal(decoded.channels.length);
    const added = batches.map((batch) => batch.bids.channelChars.length);
    expect(added[2]).to.be.lessThan(added[0] as number);
  });

  it('takes hardly more memory than its texts and numbers have', () => {
    const batch = encodeEvents(eventsAt(1_000_000, 512), new BidDictionaries());
    const columns = [
      batch.kinds,
      ...[batch.bids, batch.auctions, batch.persons].flatMap((kind) => Object.values(kind)),
    ];
    const numberBytes = columns.reduce((sum, column: Uint8Array) => sum + column.byteLength, 0);
    expect(numberBytes / 512).to.be.within(20, 35);
    expect(batch.text.length / 512).to.be.within(100, 150);
  });
});
