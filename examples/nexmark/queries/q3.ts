/**
 * Query 3, local item suggestion: who in Oregon, Idaho and California sells in category 10. A join over all time: either
 * side may come first and waits in keyed state. Only the fields that the result needs are sent to the join.
 */
import {
  type Collector,
  type DataStream,
  type KeyedCoProcessFunction,
  type KeyedProcessContext,
  type ListState,
  listState,
  type RuntimeContext,
  type ValueState,
  valueState,
} from 'flink-yarn';
import type { Auction, Person } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q3Row {
  readonly name: string;
  readonly city: string;
  readonly state: string;
  /** Id of the auction. */
  readonly id: number;
}

type Seller = Pick<Person, 'id' | 'name' | 'city' | 'state'>;
type Offer = Pick<Auction, 'id' | 'seller'>;

export function q3({ persons, auctions }: NexmarkStreams): DataStream<Q3Row> {
  const sellers = persons
    .filter(({ state }) => state === 'OR' || state === 'ID' || state === 'CA')
    .map(({ id, name, city, state }): Seller => ({ id, name, city, state }));
  const offers = auctions.filter(({ category }) => category === 10).map(({ id, seller }): Offer => ({ id, seller }));
  return sellers
    .keyBy(({ id }) => id)
    .connect(offers.keyBy(({ seller }) => seller))
    .process(new OffersOfSellers())
    .name('offers of sellers')
    .uid('q3-join');
}

const knownSeller = valueState<Seller>('seller');
const waitingOffers = listState<number>('waiting-offers');

/** Registration gives each person one record, so that offers need to wait for it only once. */
class OffersOfSellers implements KeyedCoProcessFunction<number, Seller, Offer, Q3Row> {
  private seller!: ValueState<Seller>;
  private waiting!: ListState<number>;

  open(context: RuntimeContext): void {
    this.seller = context.getState(knownSeller);
    this.waiting = context.getListState(waitingOffers);
  }

  processElement1(seller: Seller, _context: KeyedProcessContext<number>, out: Collector<Q3Row>): void {
    this.seller.update(seller);
    for (const id of this.waiting.get()) out.collect(rowOf(seller, id));
    this.waiting.clear();
  }

  processElement2({ id }: Offer, _context: KeyedProcessContext<number>, out: Collector<Q3Row>): void {
    const seller = this.seller.value();
    if (seller === undefined) this.waiting.add(id);
    else out.collect(rowOf(seller, id));
  }
}

function rowOf({ name, city, state }: Seller, id: number): Q3Row {
  return { name, city, state, id };
}
