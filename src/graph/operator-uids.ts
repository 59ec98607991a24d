/**
 * Addresses of operators that stay the same from run to run: the uid that the user gave, or one derived from what the
 * operator is and reads. Mirrors: StreamGraphHasherV2.
 */
import { createHash } from 'node:crypto';
import { operatorLabel } from '../api/operator-settings.js';
import type { OperatorTransformation } from '../api/transformation.js';
import { FlinkError } from '../core/errors.js';
import type { IntermediateDataSetId, OperatorId } from '../core/ids.js';

/** Whose output an operator reads, for the derivation of its uid. */
export interface UpstreamUid {
  readonly uid: string;
  readonly inputIndex: number;
  readonly sideOutputTag: string | undefined;
}

/** Hands out the uids of one graph, to operators in order of creation. */
export class OperatorUids {
  private readonly owners = new Map<string, OperatorTransformation>();
  private readonly siblings = new Map<string, number>();

  /** The uid that the user gave. Throws DUPLICATE_UID when another operator has it, or had it before. */
  claim(operator: OperatorTransformation, uid: string): string {
    for (const address of [uid, ...(operator.settings.formerUids ?? [])]) this.own(address, operator);
    return uid;
  }

  /** Equal siblings are numbered in order of creation, which only operators without state may rely on. */
  derive(operator: OperatorTransformation, name: string, upstream: readonly UpstreamUid[]): string {
    const inputs = upstream.map(({ uid, inputIndex, sideOutputTag }) => [uid, inputIndex, sideOutputTag ?? null]);
    const kind = operator.definition.kind;
    const base = `${kind}-${sha256(JSON.stringify([kind, name, inputs])).slice(0, 12)}`;
    const count = (this.siblings.get(base) ?? 0) + 1;
    this.siblings.set(base, count);
    const uid = count === 1 ? base : `${base}-${count}`;
    this.own(uid, operator);
    return uid;
  }

  private own(uid: string, operator: OperatorTransformation): void {
    const other = this.owners.get(uid);
    this.owners.set(uid, operator);
    if (other !== undefined && other !== operator) throw duplicateUid(uid, other, operator);
  }
}

export function operatorIdOf(uid: string): OperatorId {
  return sha256(uid).slice(0, 32) as OperatorId;
}

export function dataSetIdOf(edgeId: string): IntermediateDataSetId {
  return sha256(edgeId).slice(0, 32) as IntermediateDataSetId;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function duplicateUid(uid: string, first: OperatorTransformation, second: OperatorTransformation): FlinkError {
  const operators = [first, second].map(operatorLabel);
  return new FlinkError('DUPLICATE_UID', `two operators have the uid '${uid}': ${operators.join(' and ')}`, {
    domain: 'user',
    details: { uid, operators },
    remedy: 'Give each operator a uid of its own: it is the address of its state.',
  });
}
