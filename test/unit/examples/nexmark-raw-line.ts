/** An event as a line of the reference's raw data: a JSON array with P, A or B first and the event time second. */
import type { NexmarkEvent } from '../../../examples/nexmark/model.js';

export function rawLine(event: NexmarkEvent): string {
  return `${JSON.stringify(rawFields(event))}\n`;
}

function rawFields(event: NexmarkEvent): readonly (string | number)[] {
  const { dateTime, extra } = event;
  switch (event.kind) {
    case 'person':
      return [
        'P',
        dateTime,
        event.id,
        event.name,
        event.emailAddress,
        event.creditCard,
        event.city,
        event.state,
        extra,
      ];
    case 'auction': {
      const { id, itemName, description, initialBid, reserve, expires, seller, category } = event;
      return ['A', dateTime, id, itemName, description, initialBid, reserve, expires, seller, category, extra];
    }
    case 'bid':
      return ['B', dateTime, event.auction, event.bidder, event.price, event.channel, event.url, extra];
  }
}
