/**
 * Whether the records of a stream carry event time, as a type: operators hand it on, and windows in event time demand
 * it. It exists for the compiler only.
 */
import type { Window } from './windows/window.js';
import type { WindowAssigner } from './windows/window-assigner.js';

export type TimeKind = 'event-time' | 'no-time';

/** What the compiler prints where event time is missing. */
export type EventTimeMissing =
  'this stream has no event time: call assignTimestampsAndWatermarks(...) first, or use a window in processing time';

/** What the compiler prints where an interval join lacks event time. */
export type JoinTimeMissing =
  'an interval join needs event time on both streams: call assignTimestampsAndWatermarks(...) on them first';

/** Nothing more to ask of streams with event time. */
export type WithEventTime<TIME extends TimeKind> = [TIME] extends ['event-time'] ? unknown : JoinTimeMissing;

/** An assigner of any type; what it assigns is read off with WindowOf. */
export type AnyAssigner<T> = WindowAssigner<T, Window>;
export type WindowOf<A> = A extends WindowAssigner<never, infer W> ? W : never;

/** Accepts every assigner in processing time, and assigners in event time only on streams that have it. */
export type AssignerFor<A, TIME extends TimeKind> = A extends { readonly isEventTime: false }
  ? A
  : [TIME] extends ['event-time']
    ? A
    : EventTimeMissing;
