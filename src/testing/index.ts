/** What users test their jobs with, and we ours: an embedded cluster, operators under virtual time, a clock set by hand. */
/// <reference lib="esnext.disposable" preserve="true" />
export { MiniCluster, type MiniClusterOptions } from '../deployment/local/mini-cluster.js';
export { ManualClock } from './manual-clock.js';
export {
  type HarnessElement,
  type HarnessOptions,
  type HarnessSnapshot,
  OneInputOperatorTestHarness,
  type OperatorUnderTest,
  TwoInputOperatorTestHarness,
} from './operator-test-harness.js';
export {
  type OperatorEvent,
  type Scenario,
  SCENARIOS,
  verifyOperator,
  type VerifyOperatorOptions,
} from './verify-operator.js';
