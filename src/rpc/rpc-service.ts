/** The port through which components find and call each other. Adapters: local (one process). Mirrors: RpcService. */
import type { Configuration } from '../config/configuration.js';
import type { Environment } from '../core/environment.js';
import type { FencingToken } from '../core/ids.js';
import type { RpcEndpoint } from './rpc-endpoint.js';

export interface ConnectOptions {
  /** How long each call of the gateway waits for its answer; default `pekko.ask.timeout`. */
  readonly timeoutMs?: number;
}

export interface RpcService {
  /** Prefix of the addresses of all endpoints of this process, such as `local://jobmanager`. */
  readonly address: string;
  readonly environment: Environment;
  readonly configuration: Configuration;
  /** Makes the endpoint reachable under its address. Called by `RpcEndpoint.start`. */
  startEndpoint(endpoint: RpcEndpoint): void;
  /** Afterwards calls are answered with RECIPIENT_UNREACHABLE, also those which wait for an answer. Idempotent. */
  stopEndpoint(endpoint: RpcEndpoint): void;
  /**
   * A gateway to the endpoint at `address`. Rejects with RECIPIENT_UNREACHABLE when there is none, TIMEOUT when it does
   * not answer, FENCING_TOKEN_MISMATCH when somebody else leads. Without a token the gateway is bound to whoever leads
   * at the moment; calls fail with FENCING_TOKEN_MISMATCH once that changes. Calls of one gateway arrive in order.
   */
  connect<G extends object>(address: string, fencingToken?: FencingToken, options?: ConnectOptions): Promise<G>;
  /** Stops what still runs here, without asking the endpoints; closes the transport. Idempotent. */
  stop(): Promise<void>;
}
