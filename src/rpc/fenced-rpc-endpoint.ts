/**
 * An endpoint with leadership: a call which was meant for another leader session is refused before it reaches a method.
 * Mirrors: FencedRpcEndpoint.
 */
import { FlinkError } from '../core/errors.js';
import type { FencingToken } from '../core/ids.js';
import { RpcEndpoint } from './rpc-endpoint.js';
import type { RpcService } from './rpc-service.js';

export abstract class FencedRpcEndpoint extends RpcEndpoint {
  private readonly token: FencingToken;

  constructor(rpcService: RpcService, endpointId: string, fencingToken: FencingToken) {
    super(rpcService, endpointId);
    this.token = fencingToken;
  }

  override get fencingToken(): FencingToken {
    return this.token;
  }
}

/** The refusal of a message whose token is not the endpoint's, or undefined when it may pass. */
export function fencingError(
  address: string,
  expected: FencingToken | undefined,
  presented: FencingToken | undefined,
): FlinkError | undefined {
  if (expected === undefined || expected === presented) return undefined;
  return new FlinkError(
    'FENCING_TOKEN_MISMATCH',
    `${address} is led by ${expected}; the message was meant for ${presented ?? 'nobody in particular'}`,
    { domain: 'external', details: { address, expected, presented } },
  );
}
