/** Two streams that become the inputs of one operator. Mirrors: ConnectedStreams. */
import type { TimeKind } from './event-time.js';
import type { CoFlatMapFunction, CoMapFunction, CoProcessFunction, KeyedCoProcessFunction, Sync } from './functions.js';
import type { Key, KeySelector } from './key.js';
import type { SingleOutputStreamOperator } from './single-output-stream-operator.js';
import type { StreamContext } from './stream-context.js';
import type { Erased, OperatorDefinition, Transformation } from './transformation.js';

export interface ConnectedInput<K extends Key> {
  readonly transformation: Transformation;
  readonly keySelector: KeySelector<Erased, K> | undefined;
}

export class ConnectedStreams<A, B, TIME extends TimeKind = TimeKind> {
  protected readonly context: StreamContext;
  private readonly first: ConnectedInput<Key>;
  private readonly second: ConnectedInput<Key>;

  constructor(context: StreamContext, first: ConnectedInput<Key>, second: ConnectedInput<Key>) {
    this.context = context;
    this.first = first;
    this.second = second;
  }

  /** One result for each record of either input. */
  map<OUT>(fn: CoMapFunction<A, B, Sync<OUT>>): SingleOutputStreamOperator<OUT, TIME> {
    return this.transform('Co-Map', { kind: 'coMap', fn });
  }

  /** Any number of results for each record of either input. */
  flatMap<OUT>(fn: CoFlatMapFunction<A, B, OUT>): SingleOutputStreamOperator<OUT, TIME> {
    return this.transform('Co-Flat Map', { kind: 'coFlatMap', fn });
  }

  /** Like `flatMap`, with access to timestamps, watermarks and side outputs. */
  process<OUT>(fn: CoProcessFunction<A, B, OUT>): SingleOutputStreamOperator<OUT, TIME> {
    return this.transform('Co-Process', { kind: 'coProcess', fn });
  }

  /** Keys both inputs; the keys must have one type. */
  keyBy<const K extends Key>(
    first: KeySelector<A, K>,
    second: KeySelector<B, NoInfer<K>>,
  ): KeyedConnectedStreams<A, B, K, TIME> {
    return new KeyedConnectedStreams(
      this.context,
      keyed(this.context, this.first, first),
      keyed(this.context, this.second, second),
    );
  }

  protected transform<OUT>(defaultName: string, definition: OperatorDefinition): SingleOutputStreamOperator<OUT, TIME> {
    const inputs = [this.first.transformation, this.second.transformation];
    const keySelectors = [this.first.keySelector, this.second.keySelector];
    return this.context.newOperator(this.context.recorder.operator({ definition, defaultName, inputs, keySelectors }));
  }
}

/** Two inputs with the same type of key: their operator has state and timers per key, shared by both. */
export class KeyedConnectedStreams<A, B, K extends Key, TIME extends TimeKind = TimeKind> extends ConnectedStreams<
  A,
  B,
  TIME
> {
  constructor(context: StreamContext, first: ConnectedInput<K>, second: ConnectedInput<K>) {
    super(context, first, second);
  }

  override process<OUT>(fn: KeyedCoProcessFunction<K, A, B, OUT>): SingleOutputStreamOperator<OUT, TIME> {
    return this.transform('Co-Keyed-Process', { kind: 'keyedCoProcess', fn: fn as Erased });
  }
}

function keyed<T, K extends Key>(
  context: StreamContext,
  input: ConnectedInput<Key>,
  keySelector: KeySelector<T, K>,
): ConnectedInput<K> {
  const transformation = context.recorder.partition(input.transformation, { kind: 'hash', keySelector });
  return { transformation, keySelector };
}
