/** A channel inside a slot hands records over by reference, in order, whether its consumer is open or not. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  END_TAG,
  LocalChannel,
  type LocalConsumer,
  type Receive,
  WATERMARK_TAG,
} from '../../../../src/taskmanager/task/local-channel.js';

class RecordingConsumer implements LocalConsumer {
  isOpen = true;
  readonly received: [value: unknown, timestamp: number, tag: number][] = [];

  receiverOf(): Receive {
    return (value, timestamp, keyGroup) => this.received.push([value, timestamp, keyGroup]);
  }

  receiveEvent(_channel: number, timestamp: number, tag: number): void {
    this.received.push([undefined, timestamp, tag]);
  }
}

describe('LocalChannel', () => {
  it('passes records straight to an open consumer', () => {
    const channel = new LocalChannel();
    const consumer = new RecordingConsumer();
    channel.connect(consumer, 0);
    const record = { id: 1 };
    channel.write(record, 5, 3);
    expect(consumer.received).to.deep.equal([[record, 5, 3]]);
    expect(consumer.received[0]?.[0]).to.equal(record);
  });

  it('keeps the order of records and events whenever the consumer opens and closes', () => {
    const actions = fc.array(fc.constantFrom('write', 'watermark', 'toggle', 'deliver'), { maxLength: 200 });
    fc.assert(
      fc.property(actions, (steps) => {
        const channel = new LocalChannel();
        const consumer = new RecordingConsumer();
        channel.connect(consumer, 0);
        const written: number[] = [];
        steps.forEach((step, i) => {
          if (step === 'write') channel.write(i, i, 0);
          else if (step === 'watermark') channel.writeWatermark(i);
          else if (step === 'toggle') consumer.isOpen = !consumer.isOpen;
          else channel.deliver(2);
          if (step === 'write' || step === 'watermark') written.push(i);
        });
        consumer.isOpen = true;
        channel.deliver(1_000);
        expect(consumer.received.map(([, timestamp]) => timestamp)).to.deep.equal(written);
      }),
    );
  });

  it('is blocked while its queue is full, until half of it is gone', () => {
    const channel = new LocalChannel();
    const consumer = new RecordingConsumer();
    consumer.isOpen = false;
    channel.connect(consumer, 0);
    let written = 0;
    while (!channel.isBlocked) channel.write(written++, 0, 0);
    expect(channel.drain()).to.equal(false);
    consumer.isOpen = true;
    channel.deliver(written);
    expect(channel.drain()).to.equal(true);
    expect(consumer.received.length).to.equal(written);
  });

  it('queues what is written before the consumer is there', () => {
    const channel = new LocalChannel();
    channel.write('a', 1, 0);
    channel.writeWatermark(2);
    channel.writeEndOfData();
    const consumer = new RecordingConsumer();
    channel.connect(consumer, 0);
    expect(channel.deliver(10)).to.equal(3);
    expect(consumer.received.map(([, , tag]) => tag)).to.deep.equal([0, WATERMARK_TAG, END_TAG]);
  });
});
