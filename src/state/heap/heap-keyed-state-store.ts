/** Makes state handles from descriptors, each once. Mirrors: DefaultKeyedStateStore. */
import type { AggregateFunction } from '../../api/functions.js';
import type {
  AggregatingState,
  AggregatingStateDescriptor,
  KeyedStateStore,
  ListState,
  ListStateDescriptor,
  MapState,
  MapStateDescriptor,
  ReducingState,
  ReducingStateDescriptor,
  State,
  StateDescriptor,
  ValueState,
  ValueStateDescriptor,
} from '../../api/state.js';
import { HeapAggregatingState, HeapListState, HeapMapState, HeapReducingState, HeapValueState } from './heap-states.js';
import { reduceOf } from './merge-values.js';
import type { StateAccess } from './state-access.js';

export class HeapKeyedStateStore implements KeyedStateStore {
  private readonly access: (descriptor: StateDescriptor) => StateAccess;
  private readonly handles = new Map<string, { readonly descriptor: unknown; readonly handle: State }>();

  constructor(access: (descriptor: StateDescriptor) => StateAccess) {
    this.access = access;
  }

  getState<T>(descriptor: ValueStateDescriptor<T>): ValueState<T> {
    return this.handle(descriptor, (access) => new HeapValueState(access, descriptor.defaultValue)) as ValueState<T>;
  }

  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.handle(descriptor, (access) => new HeapListState(access)) as unknown as ListState<T>;
  }

  getMapState<K extends string | number | bigint | boolean, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V> {
    return this.handle(descriptor, (access) => new HeapMapState(access)) as unknown as MapState<K, V>;
  }

  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T> {
    const make = (access: StateAccess) => new HeapReducingState(access, reduceOf(descriptor.reduce));
    return this.handle(descriptor, make) as ReducingState<T>;
  }

  getAggregatingState<IN, ACC, OUT>(descriptor: AggregatingStateDescriptor<IN, ACC, OUT>): AggregatingState<IN, OUT> {
    const aggregate = descriptor.aggregate as AggregateFunction<unknown, unknown, unknown>;
    return this.handle(descriptor, (access) => new HeapAggregatingState(access, aggregate)) as AggregatingState<
      IN,
      OUT
    >;
  }

  /** The same handle for the same descriptor; another descriptor of the name may bring another default or function. */
  private handle(descriptor: object & { readonly name: string }, make: (access: StateAccess) => State): State {
    const known = this.handles.get(descriptor.name);
    if (known !== undefined && known.descriptor === descriptor) return known.handle;
    const handle = make(this.access(descriptor as StateDescriptor));
    this.handles.set(descriptor.name, { descriptor, handle });
    return handle;
  }
}
