/** Makes the operator of each definition: the one place that knows all kinds. */
import type { OperatorDefinition, Windowing } from '../api/transformation.js';
import { EventTimeTrigger } from '../api/windows/event-time-trigger.js';
import { FlinkError } from '../core/errors.js';
import { AsyncWaitOperator } from './async/async-wait-operator.js';
import { BroadcastProcessOperator } from './broadcast-process-operator.js';
import { CoProcessOperator } from './co-process-operator.js';
import { CoStreamFlatMap } from './co-stream-flat-map.js';
import { CoStreamMap } from './co-stream-map.js';
import { AlignedCoGroupOperator } from './join/aligned-co-group-operator.js';
import { EvictingCoGroupOperator } from './join/evicting-co-group-operator.js';
import { IntervalJoinOperator } from './join/interval-join-operator.js';
import { WindowCoGroupOperator } from './join/window-co-group-operator.js';
import { KeyedBroadcastProcessOperator } from './keyed-broadcast-process-operator.js';
import { KeyedCoProcessOperator } from './keyed-co-process-operator.js';
import { KeyedProcessOperator } from './keyed-process-operator.js';
import { ProcessOperator } from './process-operator.js';
import { SinkOperator } from './sink-operator.js';
import { StreamFilter } from './stream-filter.js';
import { StreamFlatMap } from './stream-flat-map.js';
import { StreamGroupedReduce } from './stream-grouped-reduce.js';
import { StreamMap } from './stream-map.js';
import type { AnyOperator, OperatorContext } from './stream-operator.js';
import { TimestampsAndWatermarksOperator } from './timestamps-and-watermarks.js';
import { AlignedWindowOperator } from './window/aligned-window-operator.js';
import { EvictingWindowOperator } from './window/evicting-window-operator.js';
import { canSlice, SlicedWindowOperator } from './window/sliced-window-operator.js';
import { WindowOperator } from './window/window-operator.js';

/** Throws INVALID_FUNCTION for a user function that lacks a method; sources are not operators but run by their task. */
export function createOperator(definition: OperatorDefinition, context: OperatorContext): AnyOperator {
  switch (definition.kind) {
    case 'map':
      return new StreamMap(definition.fn, context);
    case 'filter':
      return new StreamFilter(definition.fn, context);
    case 'flatMap':
      return new StreamFlatMap(definition.fn, context);
    case 'process':
      return new ProcessOperator(definition.fn, context);
    case 'keyedProcess':
      return new KeyedProcessOperator(definition.fn, context);
    case 'reduce':
      return new StreamGroupedReduce(definition.fn, context);
    case 'asyncWait':
      return new AsyncWaitOperator(definition, context);
    case 'timestampsAndWatermarks':
      return new TimestampsAndWatermarksOperator(definition.strategy, context);
    case 'window':
      if (definition.evictor !== undefined) return new EvictingWindowOperator(definition, definition.evictor, context);
      if (!isAligned(definition)) return new WindowOperator(definition, context);
      return canSlice(definition)
        ? new SlicedWindowOperator(definition, context)
        : new AlignedWindowOperator(definition, context);
    case 'windowCoGroup':
      if (definition.evictor !== undefined) return new EvictingCoGroupOperator(definition, definition.evictor, context);
      return isAligned(definition)
        ? new AlignedCoGroupOperator(definition, context)
        : new WindowCoGroupOperator(definition, context);
    case 'intervalJoin':
      return new IntervalJoinOperator(definition, context);
    case 'coMap':
      return new CoStreamMap(definition.fn, context);
    case 'coFlatMap':
      return new CoStreamFlatMap(definition.fn, context);
    case 'coProcess':
      return new CoProcessOperator(definition.fn, context);
    case 'keyedCoProcess':
      return new KeyedCoProcessOperator(definition.fn, context);
    case 'broadcastProcess':
      return new BroadcastProcessOperator(definition.fn, definition.states, context);
    case 'keyedBroadcastProcess':
      return new KeyedBroadcastProcessOperator(definition.fn, definition.states, context);
    case 'sink':
      return new SinkOperator(definition.sink, context);
    case 'source':
      throw new FlinkError('ILLEGAL_ARGUMENT', `source '${context.name}' is run by its task, not as an operator`);
  }
}

/** Whether all keys of a window fire at one time, which is what the default trigger does. */
function isAligned({ assigner, trigger }: Windowing): boolean {
  return (
    assigner.isEventTime &&
    !assigner.isMerging &&
    assigner.fixedSize !== undefined &&
    trigger instanceof EventTimeTrigger
  );
}
