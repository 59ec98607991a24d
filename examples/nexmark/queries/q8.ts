/**
 * Query 8, monitor new users: who registered and opened an auction within the same ten seconds. Both streams in one
 * window, whose accumulator remembers the two things that matter, however many auctions there are.
 */
import { type AggregateFunction, type Collector, type DataStream, TumblingEventTimeWindows } from 'flink-yarn';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q8Row {
  readonly id: number;
  readonly name: string;
  /** Start of the window. */
  readonly startTime: number;
}

interface Activity {
  /** Of the person. */
  readonly id: number;
  /** Null when it is the opening of an auction, which does not tell the name. */
  readonly name: string | null;
}

interface Activities {
  name: string | null;
  hasOpenedAuction: boolean;
}

export function q8({ persons, auctions }: NexmarkStreams): DataStream<Q8Row> {
  const registrations = persons.map(({ id, name }): Activity => ({ id, name }));
  const openings = auctions.map(({ seller }): Activity => ({ id: seller, name: null }));
  return registrations
    .union(openings)
    .keyBy(({ id }) => id)
    .window(TumblingEventTimeWindows.of('10 s'))
    .aggregate(activities, (id, { window }, results, out: Collector<Q8Row>) => {
      const { name, hasOpenedAuction } = results[0] as Activities;
      if (name !== null && hasOpenedAuction) out.collect({ id, name, startTime: window.start });
    })
    .name('new sellers')
    .uid('q8-new-sellers');
}

const activities: AggregateFunction<Activity, Activities, Activities> = {
  createAccumulator: () => ({ name: null, hasOpenedAuction: false }),
  add({ name }, seen) {
    if (name === null) seen.hasOpenedAuction = true;
    else seen.name = name;
    return seen;
  },
  getResult: (seen) => seen,
};
