/** Queries that look at one event at a time. */
import { euroThousandths } from '../../examples/nexmark/currency.js';
import type { NexmarkEvent } from '../../examples/nexmark/model.js';
import { mixNumber, mixText, ROW_START } from '../../examples/nexmark/row-checksum.js';
import { LimitQuery } from './limit-query.js';

export class SourceLimit extends LimitQuery {
  collect(event: NexmarkEvent): void {
    this.emit(mixNumber(ROW_START, event.dateTime));
  }
}

export class Query0Limit extends LimitQuery {
  collect(event: NexmarkEvent): void {
    if (event.kind !== 'bid') return;
    let hash = mixNumber(ROW_START, event.auction);
    hash = mixNumber(hash, event.bidder);
    hash = mixNumber(hash, event.price);
    hash = mixNumber(hash, event.dateTime);
    this.emit(mixText(hash, event.extra));
  }
}

export class Query1Limit extends LimitQuery {
  collect(event: NexmarkEvent): void {
    if (event.kind !== 'bid') return;
    let hash = mixNumber(ROW_START, event.auction);
    hash = mixNumber(hash, event.bidder);
    hash = mixNumber(hash, euroThousandths(event.price));
    hash = mixNumber(hash, event.dateTime);
    this.emit(mixText(hash, event.extra));
  }
}

export class Query2Limit extends LimitQuery {
  collect(event: NexmarkEvent): void {
    if (event.kind !== 'bid' || event.auction % 123 !== 0) return;
    this.emit(mixNumber(mixNumber(ROW_START, event.auction), event.price));
  }
}
