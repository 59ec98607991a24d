/** Names and descriptions of operators as plans show them. */
import type {
  AsyncWaitDefinition,
  OperatorDefinition,
  OperatorTransformation,
  Windowing,
} from '../api/transformation.js';
import type { WatermarkStrategy } from '../api/watermark-strategy.js';

/** Flink's form: `Source: flights`, `Map`, `Sink: results`. */
export function operatorName(operator: OperatorTransformation): string {
  const name = operator.settings.name ?? operator.defaultName;
  if (operator.definition.kind === 'source') return `Source: ${name}`;
  return operator.definition.kind === 'sink' ? `Sink: ${name}` : name;
}

/** What the user said about the operator, or what can be said about it without knowing its functions. */
export function operatorDescription(operator: OperatorTransformation): string {
  return operator.settings.description ?? describe(operator.definition) ?? operatorName(operator);
}

function describe(definition: OperatorDefinition): string | undefined {
  switch (definition.kind) {
    case 'source':
      return `${definition.source.description}, ${describeStrategy(definition.strategy)}`;
    case 'sink':
      return definition.sink.description;
    case 'timestampsAndWatermarks':
      return describeStrategy(definition.strategy);
    case 'asyncWait':
      return describeAsyncWait(definition);
    case 'window':
      return describeWindow(definition, definition.contents.kind);
    case 'windowCoGroup':
      return describeWindow(definition, definition.form);
    case 'intervalJoin':
      return `IntervalJoin([${definition.lowerMs}, ${definition.upperMs}])`;
    default:
      return undefined;
  }
}

function describeAsyncWait({ outputMode, timeoutMs, capacity }: AsyncWaitDefinition): string {
  return `AsyncWait(${outputMode}, timeout ${timeoutMs}, capacity ${capacity})`;
}

function describeStrategy(strategy: WatermarkStrategy<unknown>): string {
  const idle = strategy.idleTimeoutMs === undefined ? '' : ` with idleness ${strategy.idleTimeoutMs}`;
  const { alignment } = strategy;
  const aligned =
    alignment === undefined ? '' : ` aligned in ${alignment.group} within ${alignment.maxAllowedWatermarkDriftMs}`;
  return strategy.description + idle + aligned;
}

/** `what` happens with the records: how they are folded, or how two inputs meet. */
function describeWindow({ assigner, trigger, evictor, allowedLatenessMs }: Windowing, what: string): string {
  const lateness = allowedLatenessMs === 0 ? '' : `, allowedLateness(${allowedLatenessMs})`;
  const eviction = evictor === undefined ? '' : `, ${evictor.description}`;
  return `Window(${assigner.description}, ${trigger.description}${eviction}${lateness}, ${what})`;
}
