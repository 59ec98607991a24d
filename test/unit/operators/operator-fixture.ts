/** Records with a key, and operators opened in a harness. */
import type { OperatorDefinition } from '../../../src/api/transformation.js';
import {
  type HarnessOptions,
  OneInputOperatorTestHarness,
  TwoInputOperatorTestHarness,
} from '../../../src/testing/operator-test-harness.js';

export interface Reading {
  readonly key: string;
  readonly value: number;
}

export const byKey = (reading: Reading): string => reading.key;

export function reading(key: string, value: number): Reading {
  return { key, value };
}

export async function oneInput<IN = unknown, OUT = unknown>(
  definition: OperatorDefinition,
  options: HarnessOptions = {},
) {
  const harness = new OneInputOperatorTestHarness<IN, OUT>(definition, options);
  await harness.open();
  return harness;
}

export async function twoInputs<OUT = unknown>(definition: OperatorDefinition, options: HarnessOptions = {}) {
  const harness = new TwoInputOperatorTestHarness<unknown, unknown, OUT>(definition, options);
  await harness.open();
  return harness;
}

/** What an action throws; undefined if it does not. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}
