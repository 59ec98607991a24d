package nexmark.source;

import nexmark.model.NexmarkEvent;

/** Gives the events of a stripe, one after the other. */
interface EventCursor {
  NexmarkEvent next();
}
