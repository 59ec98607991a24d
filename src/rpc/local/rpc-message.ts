/** What travels between two nodes of the in-process transport. Plain data. */
import type { SerializedError } from '../../core/errors.js';
import type { FencingToken } from '../../core/ids.js';

export type RpcMessage =
  /** Asks whether the endpoint exists; answered with its fencing token. */
  | {
      readonly type: 'connect';
      readonly callId: number;
      readonly target: string;
      readonly fencingToken: FencingToken | undefined;
    }
  | {
      readonly type: 'call';
      readonly callId: number;
      readonly target: string;
      readonly fencingToken: FencingToken | undefined;
      readonly method: string;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'result'; readonly callId: number; readonly method: string; readonly value: unknown }
  | { readonly type: 'failure'; readonly callId: number; readonly method: string; readonly error: SerializedError };

export type RpcRequest = Extract<RpcMessage, { target: string }>;
export type RpcResponse = Exclude<RpcMessage, RpcRequest>;
