package nexmark.generator;

import java.io.Serializable;

/**
 * Which stream: profile ND1 of Nexmark.
 *
 * @param events how many in all
 * @param rate events per second of event time
 * @param baseTime event time of the first event, in milliseconds since the epoch
 * @param outOfOrderGroupSize 1 for events in the order of their time
 */
public record NexmarkConfig(long events, long seed, double rate, long baseTime, int outOfOrderGroupSize)
    implements Serializable {}
