/** The streams that all queries start from: one source, and a filter for each kind of event. */
import type { DataStream, Source, SourceSplit, StreamExecutionEnvironment } from 'flink-yarn';
import type { Auction, Bid, NexmarkEvent, Person } from './model.js';
import { nexmarkWatermarks } from './nexmark-source.js';

export interface NexmarkStreams {
  readonly events: DataStream<NexmarkEvent, 'event-time'>;
  readonly persons: DataStream<Person, 'event-time'>;
  readonly auctions: DataStream<Auction, 'event-time'>;
  readonly bids: DataStream<Bid, 'event-time'>;
}

/** Each stream is made when a query first asks for it, so that no query pays for what it does not read. */
export function nexmarkStreams<SplitT extends SourceSplit, CheckpointT>(
  env: StreamExecutionEnvironment,
  source: Source<NexmarkEvent, SplitT, CheckpointT>,
): NexmarkStreams {
  const events = env.fromSource(source, nexmarkWatermarks, 'nexmark').uid('nexmark');
  let persons: NexmarkStreams['persons'] | undefined;
  let auctions: NexmarkStreams['auctions'] | undefined;
  let bids: NexmarkStreams['bids'] | undefined;
  return {
    events,
    get persons() {
      return (persons ??= events.filter(isPerson).name('persons'));
    },
    get auctions() {
      return (auctions ??= events.filter(isAuction).name('auctions'));
    },
    get bids() {
      return (bids ??= events.filter(isBid).name('bids'));
    },
  };
}

const isPerson = (event: NexmarkEvent): event is Person => event.kind === 'person';
const isAuction = (event: NexmarkEvent): event is Auction => event.kind === 'auction';
const isBid = (event: NexmarkEvent): event is Bid => event.kind === 'bid';
