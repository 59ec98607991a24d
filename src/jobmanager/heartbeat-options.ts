/** The heartbeat settings of a JobManager's components. */
import type { Configuration } from '../config/configuration.js';
import { JobManagerOptions } from '../config/options.js';
import type { HeartbeatOptions } from '../rpc/heartbeat-manager.js';

export function heartbeatOptionsOf(configuration: Configuration): HeartbeatOptions {
  return {
    intervalMs: configuration.get(JobManagerOptions.heartbeatInterval),
    timeoutMs: configuration.get(JobManagerOptions.heartbeatTimeout),
    rpcFailureThreshold: configuration.get(JobManagerOptions.heartbeatRpcFailureThreshold),
  };
}
