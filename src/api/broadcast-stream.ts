/** A stream that becomes broadcast state, and its connection with another one. Mirrors: BroadcastStream, BroadcastConnectedStream. */
import type { ConnectedInput } from './connected-streams.js';
import type { TimeKind } from './event-time.js';
import type { BroadcastProcessFunction, KeyedBroadcastProcessFunction } from './functions.js';
import type { Key } from './key.js';
import type { SingleOutputStreamOperator } from './single-output-stream-operator.js';
import type { MapStateDescriptor } from './state.js';
import type { StreamContext } from './stream-context.js';
import type { Erased, OperatorDefinition, Transformation } from './transformation.js';

/** Every subtask of the operator that it is connected with gets all its records. */
export class BroadcastStream<T> {
  declare readonly __type?: T;
  /** @internal What was recorded. */
  readonly transformation: Transformation;
  /** The broadcast states that the connected function may use. */
  readonly states: readonly MapStateDescriptor<Erased, Erased>[];

  constructor(transformation: Transformation, states: readonly MapStateDescriptor<Erased, Erased>[]) {
    this.transformation = transformation;
    this.states = states;
  }
}

export class BroadcastConnectedStream<T, B, TIME extends TimeKind = TimeKind> {
  protected readonly states: readonly MapStateDescriptor<Erased, Erased>[];
  private readonly context: StreamContext;
  private readonly first: ConnectedInput<Key>;
  private readonly second: BroadcastStream<B>;

  constructor(context: StreamContext, first: ConnectedInput<Key>, second: BroadcastStream<B>) {
    this.context = context;
    this.first = first;
    this.second = second;
    this.states = second.states;
  }

  /** Reads the broadcast state for each record, writes it for each broadcast record. */
  process<OUT>(fn: BroadcastProcessFunction<T, B, OUT>): SingleOutputStreamOperator<OUT, TIME> {
    return this.transform('Co-Process-Broadcast', { kind: 'broadcastProcess', fn, states: this.states });
  }

  protected transform<OUT>(defaultName: string, definition: OperatorDefinition): SingleOutputStreamOperator<OUT, TIME> {
    const inputs = [this.first.transformation, this.second.transformation];
    const keySelectors = [this.first.keySelector, undefined];
    return this.context.newOperator(this.context.recorder.operator({ definition, defaultName, inputs, keySelectors }));
  }
}

/** The same for a keyed stream: its side has state and timers per key as well. */
export class KeyedBroadcastConnectedStream<
  T,
  B,
  K extends Key,
  TIME extends TimeKind = TimeKind,
> extends BroadcastConnectedStream<T, B, TIME> {
  constructor(context: StreamContext, first: ConnectedInput<K>, second: BroadcastStream<B>) {
    super(context, first, second);
  }

  override process<OUT>(fn: KeyedBroadcastProcessFunction<K, T, B, OUT>): SingleOutputStreamOperator<OUT, TIME> {
    const definition: OperatorDefinition = { kind: 'keyedBroadcastProcess', fn: fn as Erased, states: this.states };
    return this.transform('Co-Process-Broadcast-Keyed', definition);
  }
}
