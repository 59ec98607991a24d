/** Checks what users set on operators and environments, at the call that sets it. */
import { FlinkError } from '../core/errors.js';
import type { OperatorTransformation } from './transformation.js';

/** Flink's upper bound of the max parallelism: the number of key groups fits 15 bits. */
export const UPPER_BOUND_MAX_PARALLELISM = 32_768;

/** Throws INVALID_PARALLELISM, naming `owner` (an operator or the environment), unless it is a positive integer. */
export function checkParallelism(owner: string, parallelism: number): void {
  if (Number.isInteger(parallelism) && parallelism >= 1) return;
  throw new FlinkError('INVALID_PARALLELISM', `${owner}: the parallelism must be at least 1, but is ${parallelism}`, {
    domain: 'user',
    details: { operator: owner, parallelism },
    remedy: 'Set a positive whole number, or leave it out to use the parallelism of the environment.',
  });
}

/** Throws INVALID_PARALLELISM unless the operator may run with more than one subtask. */
export function checkNonParallel(owner: string, parallelism: number): void {
  if (parallelism === 1) return;
  throw new FlinkError(
    'INVALID_PARALLELISM',
    `${owner} cannot run in parallel: its parallelism must be 1, but is ${parallelism}`,
    {
      domain: 'user',
      details: { operator: owner, parallelism },
      remedy: 'Leave its parallelism alone, or key the stream first.',
    },
  );
}

/** Throws INVALID_MAX_PARALLELISM unless it is an integer from 1 to 32768. */
export function checkMaxParallelism(owner: string, maxParallelism: number): void {
  if (Number.isInteger(maxParallelism) && maxParallelism >= 1 && maxParallelism <= UPPER_BOUND_MAX_PARALLELISM) return;
  throw new FlinkError(
    'INVALID_MAX_PARALLELISM',
    `${owner}: the max parallelism must be from 1 to ${UPPER_BOUND_MAX_PARALLELISM}, but is ${maxParallelism}`,
    { domain: 'user', details: { operator: owner, maxParallelism } },
  );
}

/** Throws ILLEGAL_ARGUMENT for an empty text: names, uids and groups identify something. */
export function checkText(owner: string, what: string, text: string): void {
  if (typeof text === 'string' && text.trim() !== '') return;
  throw new FlinkError('ILLEGAL_ARGUMENT', `${owner}: the ${what} must not be empty`, { domain: 'user' });
}

/** How an operator is called in messages before it has its place in the plan. */
export function operatorLabel(operator: OperatorTransformation): string {
  const name = operator.settings.name ?? operator.defaultName;
  return operator.createdAt === undefined ? name : `${name} (${operator.createdAt})`;
}

export function setName(operator: OperatorTransformation, name: string): void {
  checkText(operatorLabel(operator), 'name', name);
  operator.settings.name = name;
}

export function setUid(operator: OperatorTransformation, uid: string, former: readonly string[]): void {
  checkText(operatorLabel(operator), 'uid', uid);
  for (const old of former) checkText(operatorLabel(operator), 'former uid', old);
  operator.settings.uid = uid;
  operator.settings.formerUids = former;
}

export function setParallelism(operator: OperatorTransformation, parallelism: number): void {
  const label = operatorLabel(operator);
  checkParallelism(label, parallelism);
  if (operator.settings.isNonParallel === true || readerLimit(operator) === 1) checkNonParallel(label, parallelism);
  operator.settings.parallelism = parallelism;
}

export function setMaxParallelism(operator: OperatorTransformation, maxParallelism: number): void {
  checkMaxParallelism(operatorLabel(operator), maxParallelism);
  operator.settings.maxParallelism = maxParallelism;
}

export function setSlotSharingGroup(operator: OperatorTransformation, group: string): void {
  checkText(operatorLabel(operator), 'slot sharing group', group);
  operator.settings.slotSharingGroup = group;
}

/** The most readers that a source admits; undefined for other operators and for sources without a limit. */
export function readerLimit(operator: OperatorTransformation): number | undefined {
  return operator.definition.kind === 'source' ? operator.definition.source.maxParallelism : undefined;
}
