/**
 * The way of a record through a chain, as data: a tree of steps that is compiled for all records and interpreted for
 * the few that are checked on their way.
 */
import type { AnyOperator } from '../../operators/stream-operator.js';
import type { KeyValue } from '../../serialization/key-encoding.js';
import type { FlowControl } from './flow-control.js';
import type { LocalChannel } from './local-channel.js';
import type { RecordChecks } from './record-checks.js';

export type Push = (value: unknown, timestamp: number) => void;

/** A map or filter: the user's function, without an operator object around it. */
export interface FunctionStep {
  readonly kind: 'map' | 'filter';
  /** Of the operator. */
  readonly name: string;
  /** The user's function, or an object with a `map` or `filter` method. */
  readonly fn: unknown;
  /** Where in `emitted` its output is counted; undefined where that equals what comes in. */
  readonly counter: number | undefined;
  /** What is checked of the records that it emits. */
  readonly checks: RecordChecks;
  readonly next: readonly ChainStep[];
}

/** An operator object; what it emits goes through its own output. */
export interface OperatorStep {
  readonly kind: 'operator';
  readonly name: string;
  readonly operator: AnyOperator;
  /** Which of its inputs takes the record. */
  readonly method: 'processElement' | 'processElement1' | 'processElement2';
  /** For an operator that may ask for a flush: held until that is done. */
  readonly holds: FlowControl | undefined;
}

/** Out of the chain. */
export interface PushStep {
  readonly kind: 'push';
  readonly push: Push;
}

/** Out of the chain by key. */
export interface KeyedStep {
  readonly kind: 'keyed';
  readonly selector: (value: unknown) => KeyValue;
  readonly maxParallelism: number;
  /** The channel of each key group. */
  readonly channelOf: Int32Array;
  readonly output: KeyedOutput;
  /** The channel that ends in this slot, which records take without a detour while it is open. */
  readonly local: { readonly index: number; readonly channel: LocalChannel } | undefined;
}

/** Writes to a channel, counts, and notes when that is full. */
export interface KeyedOutput {
  numRecordsOut: number;
  write(channel: number, value: unknown, timestamp: number, keyGroup: number): void;
}

export type ChainStep = FunctionStep | OperatorStep | PushStep | KeyedStep;

/** True while the sink behind `operator` wants no more records before a flush. */
export function wantsFlush(operator: AnyOperator): boolean {
  return (operator as { readonly wantsFlush?: boolean }).wantsFlush === true;
}
