/** The data sets for which results of Apache Flink are known. */
import type { NexmarkConfig } from './generator/nexmark-config.js';

export type DataSetName = 'S' | 'B';

export const DATA_SETS: Readonly<Record<DataSetName, NexmarkConfig>> = {
  /** 100 s of event time. */
  S: { events: 20_000, rate: 200, baseTime: Date.UTC(2015, 6, 15), seed: 0, outOfOrderGroupSize: 1 },
  /** Five and a half hours, over the hours that query 14 tells apart and over midnight. */
  B: { events: 100_000, rate: 5, baseTime: Date.UTC(2015, 6, 14, 18, 40), seed: 0, outOfOrderGroupSize: 1 },
};

const BIDS_IN_50_EVENTS = 46;

/** For whole blocks of 50 events, as the data sets are. */
export function numBids({ events }: NexmarkConfig): number {
  return (events / 50) * BIDS_IN_50_EVENTS;
}
