/** Queries over windows. Events come in order: a window is over when the first later event is seen. */
import type { NexmarkEvent } from '../../examples/nexmark/model.js';
import { mixNumber, mixText, ROW_START } from '../../examples/nexmark/row-checksum.js';
import { CountTable } from './count-table.js';
import { doubled, KeyIndex } from './key-index.js';
import { LimitQuery } from './limit-query.js';

const WINDOW_MS = 10_000;
const SLIDE_MS = 2_000;
const SLICES = WINDOW_MS / SLIDE_MS;

/** Bids are counted once, in slices of two seconds; a window adds up five of them. */
export class Query5Limit extends LimitQuery {
  /** The slices of the last ten seconds; that of a time stands at its number modulo five. */
  private readonly slices = Array.from({ length: SLICES }, () => new CountTable());
  private readonly window = new CountTable();
  private current = this.slices[0] as CountTable;
  private sliceNumber = Number.NEGATIVE_INFINITY;
  private sliceEnd = Number.NEGATIVE_INFINITY;

  collect(event: NexmarkEvent): void {
    if (event.kind !== 'bid') return;
    if (event.dateTime >= this.sliceEnd) this.advance(Math.floor(event.dateTime / SLIDE_MS));
    this.current.add(event.auction, 1);
  }

  override finish(): void {
    this.advance(this.sliceNumber + SLICES);
  }

  private advance(sliceNumber: number): void {
    const first = this.sliceNumber;
    // Five slices after the last bid every window is empty.
    for (let number = first; number < Math.min(sliceNumber, first + SLICES); number++) {
      this.endWindow();
      (this.slices[(number + 1) % SLICES] as CountTable).clear();
    }
    this.sliceNumber = sliceNumber;
    this.sliceEnd = (sliceNumber + 1) * SLIDE_MS;
    this.current = this.slices[sliceNumber % SLICES] as CountTable;
  }

  private endWindow(): void {
    this.window.clear();
    for (const slice of this.slices) this.window.addAll(slice);
    this.window.forEachHighest((auction, bids) => this.emit(mixNumber(mixNumber(ROW_START, auction), bids)));
  }
}

/** A bid at the very end of a window belongs to the next one, and yet counts here when it equals the highest. */
export class Query7Limit extends LimitQuery {
  private windowStart = Number.NEGATIVE_INFINITY;
  private highest = 0;
  private highestBefore = -1;
  /** The rows of the highest bids so far. */
  private hashes: number[] = [];

  collect(event: NexmarkEvent): void {
    if (event.kind !== 'bid') return;
    const { auction, price, bidder, dateTime, extra } = event;
    if (dateTime >= this.windowStart + WINDOW_MS) this.endWindow(dateTime - (dateTime % WINDOW_MS));
    const equalsBefore = dateTime === this.windowStart && price === this.highestBefore;
    if (price < this.highest && !equalsBefore) return;
    let hash = mixNumber(ROW_START, auction);
    hash = mixNumber(hash, price);
    hash = mixNumber(hash, bidder);
    hash = mixNumber(hash, dateTime);
    hash = mixText(hash, extra);
    if (equalsBefore) this.emit(hash);
    if (price < this.highest) return;
    if (price > this.highest) this.hashes = [];
    this.highest = price;
    this.hashes.push(hash);
  }

  override finish(): void {
    this.endWindow(Number.POSITIVE_INFINITY);
  }

  private endWindow(nextStart: number): void {
    for (const hash of this.hashes) this.emit(hash);
    this.highestBefore = nextStart === this.windowStart + WINDOW_MS ? this.highest : -1;
    this.windowStart = nextStart;
    this.highest = 0;
    this.hashes = [];
  }
}

export class Query8Limit extends LimitQuery {
  private windowStart = Number.NEGATIVE_INFINITY;
  private readonly names = new Map<number, string>();
  private readonly sellers = new Set<number>();

  collect(event: NexmarkEvent): void {
    if (event.kind === 'bid') return;
    const { dateTime } = event;
    if (dateTime >= this.windowStart + WINDOW_MS) {
      this.finish();
      this.windowStart = dateTime - (dateTime % WINDOW_MS);
    }
    if (event.kind === 'person') this.names.set(event.id, event.name);
    else this.sellers.add(event.seller);
  }

  override finish(): void {
    for (const seller of this.sellers) {
      const name = this.names.get(seller);
      if (name === undefined) continue;
      this.emit(mixNumber(mixText(mixNumber(ROW_START, seller), name), this.windowStart));
    }
    this.names.clear();
    this.sellers.clear();
  }
}

/** A session ends with ten seconds of silence; seen when the bidder bids again, or at the end of the input. */
export class Query11Limit extends LimitQuery {
  private readonly bidders = new KeyIndex();
  private counts = new Int32Array(1 << 12);
  private starts = new Float64Array(1 << 12);
  private lasts = new Float64Array(1 << 12);

  collect(event: NexmarkEvent): void {
    if (event.kind !== 'bid') return;
    const { bidder, dateTime } = event;
    const index = this.bidders.indexOf(bidder);
    if (index === this.counts.length) this.grow();
    if (this.counts[index] === 0) {
      this.starts[index] = dateTime;
    } else if (dateTime - (this.lasts[index] as number) > WINDOW_MS) {
      this.endSession(bidder, index);
      this.counts[index] = 0;
      this.starts[index] = dateTime;
    }
    this.counts[index] = (this.counts[index] as number) + 1;
    this.lasts[index] = dateTime;
  }

  override finish(): void {
    for (let index = 0; index < this.bidders.size; index++) {
      this.endSession(this.bidders.keys[index] as number, index);
    }
  }

  private endSession(bidder: number, index: number): void {
    let hash = mixNumber(ROW_START, bidder);
    hash = mixNumber(hash, this.counts[index] as number);
    hash = mixNumber(hash, this.starts[index] as number);
    this.emit(mixNumber(hash, (this.lasts[index] as number) + WINDOW_MS));
  }

  private grow(): void {
    this.counts = doubled(this.counts);
    this.starts = doubled(this.starts);
    this.lasts = doubled(this.lasts);
  }
}
