/** What triggers may do: state and timers of the current key and window. Mirrors: WindowOperator.Context. */
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
  ValueState,
  ValueStateDescriptor,
} from '../../api/state.js';
import type { OnMergeContext } from '../../api/windows/trigger.js';
import type { InternalTimerService } from '../../state/internal-timer-service.js';
import {
  type KeyedStateBackend,
  type MergeableStateDescriptor,
  type Namespace,
  VOID_NAMESPACE,
} from '../../state/keyed-state-backend.js';
import { refuseTtl } from '../../state/ttl/ttl-conflicts.js';

export class WindowTriggerContext implements OnMergeContext {
  /** Namespaces of the windows that were merged into the current one; set during `onMerge`. */
  merged: readonly Namespace[] = [];
  private namespace: Namespace = VOID_NAMESPACE;
  private readonly keyedState: KeyedStateBackend;
  private readonly store: KeyedStateStore;
  private readonly timers: InternalTimerService;

  constructor(keyedState: KeyedStateBackend, timers: InternalTimerService) {
    this.keyedState = keyedState;
    this.store = keyedState.namespaced;
    this.timers = timers;
  }

  /** Makes `namespace` that of the window at hand. */
  enter(namespace: Namespace): void {
    this.namespace = namespace;
    this.keyedState.setCurrentNamespace(namespace);
  }

  get currentProcessingTime(): number {
    return this.timers.currentProcessingTime();
  }

  get currentWatermark(): number {
    return this.timers.currentWatermark;
  }

  registerEventTimeTimer(time: number): void {
    this.timers.registerEventTimeTimer(this.namespace, time);
  }

  registerProcessingTimeTimer(time: number): void {
    this.timers.registerProcessingTimeTimer(this.namespace, time);
  }

  deleteEventTimeTimer(time: number): void {
    this.timers.deleteEventTimeTimer(this.namespace, time);
  }

  deleteProcessingTimeTimer(time: number): void {
    this.timers.deleteProcessingTimeTimer(this.namespace, time);
  }

  mergePartitionedState<T>(descriptor: ListStateDescriptor<T> | ReducingStateDescriptor<T>): void;
  mergePartitionedState<IN, ACC, OUT>(descriptor: AggregatingStateDescriptor<IN, ACC, OUT>): void;
  mergePartitionedState(descriptor: unknown): void {
    this.keyedState.mergeNamespaces(descriptor as MergeableStateDescriptor, this.namespace, this.merged);
  }

  getState<T>(descriptor: ValueStateDescriptor<T>): ValueState<T> {
    refuseTtl(descriptor, 'a trigger');
    return this.store.getState(descriptor);
  }

  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    refuseTtl(descriptor, 'a trigger');
    return this.store.getListState(descriptor);
  }

  getMapState<K extends string | number | bigint | boolean, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V> {
    refuseTtl(descriptor, 'a trigger');
    return this.store.getMapState(descriptor);
  }

  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T> {
    refuseTtl(descriptor, 'a trigger');
    return this.store.getReducingState(descriptor);
  }

  getAggregatingState<IN, ACC, OUT>(descriptor: AggregatingStateDescriptor<IN, ACC, OUT>): AggregatingState<IN, OUT> {
    refuseTtl(descriptor, 'a trigger');
    return this.store.getAggregatingState(descriptor);
  }
}
