/** What users test their jobs with, and we ours: an embedded cluster, operators under virtual time, a clock set by hand. */
export { MiniCluster, type MiniClusterOptions } from '../deployment/local/mini-cluster.js';
export { ManualClock } from './manual-clock.js';
export * from './operator-test-harness.js';
export * from './verify-operator.js';
