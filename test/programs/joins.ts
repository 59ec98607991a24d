/** People who register and open auctions: met per window, by the time between the two, and counted where they do not meet. */
import { StreamExecutionEnvironment, TumblingEventTimeWindows, WatermarkStrategy } from 'flink-yarn';

interface Person {
  readonly id: number;
  readonly at: number;
}
interface Auction {
  readonly number: number;
  readonly seller: number;
  readonly at: number;
}

/** Each person registers twice; times jump back and forth within 40 ms. */
const personOf = (n: number): Person => ({ id: n >> 1, at: n * 5 + ((n * 17) % 40) });
const auctionOf = (n: number): Auction => ({ number: n, seller: (n * 7) % 500, at: n * 2 + ((n * 29) % 40) });
const WINDOW_MS = 100;
const BOUNDS_MS = [-20, 150] as const;

const count = Number(process.argv[2] ?? 1_000);
const env = StreamExecutionEnvironment.getExecutionEnvironment();
const watermarks = <T extends { readonly at: number }>() =>
  WatermarkStrategy.forBoundedOutOfOrderness<T>(40).withTimestampAssigner(({ at }) => at);

const persons = env
  .fromSequence(0, count - 1)
  .map(personOf)
  .assignTimestampsAndWatermarks(watermarks<Person>());
const auctions = env
  .fromSequence(0, 3 * count - 1)
  .map(auctionOf)
  .assignTimestampsAndWatermarks(watermarks<Auction>());

const inWindow = persons
  .join(auctions)
  .where(({ id }) => id)
  .equalTo(({ seller }) => seller)
  .window(TumblingEventTimeWindows.of(WINDOW_MS))
  .apply((person, auction) => ({ id: person.id, registered: person.at, auction: auction.number }))
  .name('in one window')
  .collectAsync();
const inInterval = persons
  .keyBy(({ id }) => id)
  .intervalJoin(auctions.keyBy(({ seller }) => seller))
  .between(...BOUNDS_MS)
  .upperBoundExclusive()
  .process((person, auction) => [{ id: person.id, registered: person.at, auction: auction.number }])
  .name('near each other')
  .collectAsync();
const alone = persons
  .coGroup(auctions)
  .where(({ id }) => id)
  .equalTo(({ seller }) => seller)
  .window(TumblingEventTimeWindows.of(WINDOW_MS))
  .apply((registrations, openings) => (openings.length === 0 ? registrations : []))
  .name('alone')
  .collectAsync();

await env.executeAsync('joins');
export const results = {
  inWindow: await inWindow.toArray(),
  inInterval: await inInterval.toArray(),
  alone: await alone.toArray(),
};
