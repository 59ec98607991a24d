/** Says in words where two plans of one program differ: for PLAN_MISMATCH, when a program does not repeat itself. */
import { type LogicalInput, type LogicalOperator, type LogicalPlan, logicalPlanOf } from './logical-plan.js';
import type { StreamGraph } from './stream-graph.js';

const MAX_DIFFERENCES = 3;

/** The logical plan as text, to be kept with the job and compared later. */
export function logicalPlanText(graph: StreamGraph): string {
  return JSON.stringify(logicalPlanOf(graph.nodes));
}

/** The first differences in the order of the data flow, in one line. `planText` comes from `logicalPlanText`. */
export function describePlanDifference(planText: string, graph: StreamGraph): string {
  const differences = planDifferences(JSON.parse(planText) as LogicalPlan, logicalPlanOf(graph.nodes));
  if (differences.length === 0) return 'the plans are equal';
  const more = differences.length - MAX_DIFFERENCES;
  return differences.slice(0, MAX_DIFFERENCES).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/** One sentence for each operator that is missing, new or different. */
export function planDifferences(planned: LogicalPlan, actual: LogicalPlan): string[] {
  const before = new Map(planned.operators.map((operator) => [operator.uid, operator]));
  const after = new Map(actual.operators.map((operator) => [operator.uid, operator]));
  const missing = planned.operators
    .filter(({ uid }) => !after.has(uid))
    .map((operator) => `${label(operator)} is missing`);
  const others = actual.operators.flatMap((operator) => {
    const old = before.get(operator.uid);
    return old === undefined ? [`${label(operator)} is new`] : operatorDifferences(old, operator);
  });
  return [...missing, ...others];
}

function operatorDifferences(old: LogicalOperator, now: LogicalOperator): string[] {
  const differences: string[] = [];
  const compare = (what: string, a: string, b: string): void => {
    if (a !== b) differences.push(`${label(old)}: ${what} '${a}' became '${b}'`);
  };
  compare('kind', old.kind, now.kind);
  compare('name', old.name, now.name);
  compare('description', old.description, now.description);
  compare('inputs', old.inputs.map(inputText).join(', '), now.inputs.map(inputText).join(', '));
  return differences;
}

function label(operator: LogicalOperator): string {
  return `operator '${operator.name}' (uid ${operator.uid})`;
}

function inputText(input: LogicalInput): string {
  const side = input.sideOutput === undefined ? '' : ` side output '${input.sideOutput}'`;
  return `${input.from}${side} by ${input.partitioner} to input ${input.input + 1}`;
}
