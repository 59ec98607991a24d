/** What the Nexmark queries keep, and when they let it go. */
import { expect } from 'chai';
import type { DataStream } from 'flink-yarn';
import type { NexmarkEvent } from '../../../examples/nexmark/model.js';
import { type NexmarkStreams, nexmarkStreams } from '../../../examples/nexmark/nexmark-streams.js';
import { QUERIES } from '../../../examples/nexmark/queries.js';
import { winningBids } from '../../../examples/nexmark/winning-bids.js';
import type { OperatorTransformation } from '../../../src/api/transformation.js';
import { OneInputOperatorTestHarness, TwoInputOperatorTestHarness } from '../../../src/testing/index.js';
import { auction, bid, sourceOf } from '../../helpers/nexmark-events.js';
import { recordingEnvironment } from '../../helpers/recording-environment.js';

const T = Date.UTC(2020, 0, 2);
const SECOND = 1_000;

describe('the state of Nexmark queries', () => {
  it('has one entry for an open auction, however many bids there are, and none when it has closed', async () => {
    await using harness = await winningBidsHarness();
    harness.processElement1(auction({ id: 1, dateTime: T, expires: T + 10 * SECOND }), T);
    for (let i = 0; i < 100; i++) harness.processElement2(bid({ auction: 1, price: i, dateTime: T + i }), T + i);
    expect(harness.numKeyedStateEntries()).to.equal(1);
    harness.processWatermark(T + 10 * SECOND - 1);
    expect(harness.records()).to.deep.equal([]);
    harness.processWatermark(T + 10 * SECOND);
    expect(harness.records().map(({ bid: { price } }) => price)).to.deep.equal([99]);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });

  it('has nothing of bids on an auction that is not known when event time has reached them', async () => {
    await using harness = await winningBidsHarness();
    for (let i = 0; i < 100; i++) harness.processElement2(bid({ auction: 1, dateTime: T + i }), T + i);
    harness.processWatermark(T + 49);
    expect(harness.numKeyedStateEntries()).to.equal(1);
    // Those that are left may still be valid.
    harness.processElement1(auction({ id: 1, dateTime: T + 50, expires: T + 60 }), T + 50);
    harness.processElement2(bid({ auction: 2, dateTime: T + 55 }), T + 55);
    harness.processWatermark(T + 60);
    expect(harness.records().map((won) => won.bid.dateTime)).to.deep.equal([T + 50]);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });

  it('has no window of query 7 that is over', async () => {
    await using harness = await oneInputHarness('q7', ({ windowEnd }) => windowEnd as number);
    const candidate = { auction: 1, price: 5, bidder: 1, dateTime: T, extra: '', windowEnd: T + 10 * SECOND };
    harness.processElement(candidate, T);
    harness.processElement({ ...candidate, windowEnd: T }, T);
    expect(harness.numKeyedStateEntries()).to.equal(2);
    harness.processWatermark(T + 10 * SECOND);
    expect(harness.records()).to.have.length(1);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });

  it('has no day of queries 15 and 16 that is over', async () => {
    for (const name of ['q15', 'q16'] as const) {
      await using harness = await oneInputHarness(name, () => 1);
      for (let i = 0; i < 10; i++)
        harness.processElement({ ...bid({ auction: i, bidder: i, dateTime: T + i }) }, T + i);
      expect(harness.numKeyedStateEntries()).to.equal(3);
      harness.processWatermark(T + 86_400_000);
      expect(harness.numKeyedStateEntries()).to.equal(0);
      harness.processElement({ ...bid({ auction: 1, dateTime: T }) }, T);
      expect(harness.records()).to.have.length(10);
    }
  });

  it('has of auctions in query 20 that are not wanted no bid', async () => {
    await using harness = await twoInputHarness(operatorOf(QUERIES.q20.build(streams())));
    harness.processElement2(bid({ auction: 1, dateTime: T }), T);
    harness.processElement1(auction({ id: 1, category: 11, dateTime: T }), T);
    for (let i = 0; i < 100; i++) harness.processElement2(bid({ auction: 1, dateTime: T + i }), T + i);
    expect(
      harness.snapshot().keyedState.flatMap(({ states }) => states.flatMap(({ entries }) => entries)),
    ).to.deep.equal([['', 1, 'not wanted']]);
  });
});

type WinningBid = { readonly bid: { readonly price: number; readonly dateTime: number } };

function winningBidsHarness(): Promise<
  TwoInputOperatorTestHarness<NexmarkEvent, NexmarkEvent, WinningBid> & AsyncDisposable
> {
  const { auctions, bids } = streams();
  return twoInputHarness(operatorOf(winningBids(auctions, bids)));
}

function streams(): NexmarkStreams {
  return nexmarkStreams(recordingEnvironment().env, sourceOf([]));
}

function operatorOf(stream: DataStream<unknown>): OperatorTransformation {
  return stream.transformation as OperatorTransformation;
}

async function twoInputHarness<OUT>(
  operator: OperatorTransformation,
): Promise<TwoInputOperatorTestHarness<NexmarkEvent, NexmarkEvent, OUT> & AsyncDisposable> {
  const [keySelector, keySelector2] = operator.keySelectors;
  const harness = new TwoInputOperatorTestHarness<NexmarkEvent, NexmarkEvent, OUT>(operator.definition, {
    ...(keySelector === undefined || keySelector2 === undefined ? {} : { keySelector, keySelector2 }),
  });
  await harness.open();
  return Object.assign(harness, { [Symbol.asyncDispose]: () => harness.close() });
}

type Fields = Readonly<Record<string, unknown>>;

async function oneInputHarness(
  name: keyof typeof QUERIES,
  keySelector: (record: Fields) => number,
): Promise<OneInputOperatorTestHarness<Fields, unknown> & AsyncDisposable> {
  const { definition } = operatorOf(QUERIES[name].build(streams()));
  const harness = new OneInputOperatorTestHarness<Fields, unknown>(definition, { keySelector });
  await harness.open();
  return Object.assign(harness, { [Symbol.asyncDispose]: () => harness.close() });
}
