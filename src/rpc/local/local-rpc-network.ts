/**
 * The "wire" between the nodes of one process. Every request and every answer passes `deliver`; the simulation overrides
 * it to delay, lose and reorder messages per link.
 */
import { FlinkError, serializeError } from '../../core/errors.js';
import type { RpcMessage, RpcRequest, RpcResponse } from './rpc-message.js';

/** A node as the network sees it. */
export interface RpcNode {
  readonly nodeName: string;
  receiveRequest(from: string, request: RpcRequest): void;
  receiveResponse(response: RpcResponse): void;
}

export interface LocalRpcNetworkOptions {
  /** Pass every message through structuredClone, so that nodes share no objects. Default false. */
  readonly copyMessages?: boolean;
}

export class LocalRpcNetwork {
  private readonly nodes = new Map<string, RpcNode>();
  private readonly copyMessages: boolean;

  constructor(options: LocalRpcNetworkOptions = {}) {
    this.copyMessages = options.copyMessages ?? false;
  }

  /** Adds a node; its name is free again once it was removed. */
  addNode(node: RpcNode): void {
    if (this.nodes.has(node.nodeName)) {
      throw new FlinkError('NODE_EXISTS', `A node named '${node.nodeName}' is already part of the network`);
    }
    this.nodes.set(node.nodeName, node);
  }

  removeNode(node: RpcNode): void {
    if (this.nodes.get(node.nodeName) === node) this.nodes.delete(node.nodeName);
  }

  hasNode(nodeName: string): boolean {
    return this.nodes.has(nodeName);
  }

  /** Called by nodes. Never throws: a message that cannot be copied fails its call. */
  send(from: string, to: string, message: RpcMessage): void {
    let copy = message;
    if (this.copyMessages) {
      try {
        copy = structuredClone(message);
      } catch (error) {
        this.refuse(from, to, message, error);
        return;
      }
    }
    this.deliver(from, to, copy, () => this.arrive(from, to, copy));
  }

  /** Carries one message: calls `run` once, now or later, or never when the message is lost. Default: at once. */
  protected deliver(_from: string, _to: string, _message: RpcMessage, run: () => void): void {
    run();
  }

  private arrive(from: string, to: string, message: RpcMessage): void {
    const node = this.nodes.get(to);
    if (message.type === 'result' || message.type === 'failure') {
      node?.receiveResponse(message);
    } else if (node === undefined) {
      const error = serializeError(unreachableError(message.target));
      this.send(to, from, { type: 'failure', callId: message.callId, method: methodOf(message), error });
    } else {
      node.receiveRequest(from, message);
    }
  }

  private refuse(from: string, to: string, message: RpcMessage, error: unknown): void {
    const method = methodOf(message);
    const failure = new FlinkError(
      'RPC_NOT_SERIALIZABLE',
      `A message of ${method} cannot be sent: it is not plain data`,
      {
        cause: error,
      },
    );
    const response: RpcMessage = { type: 'failure', callId: message.callId, method, error: serializeError(failure) };
    if (message.type === 'result' || message.type === 'failure') this.send(from, to, response);
    else this.nodes.get(from)?.receiveResponse(response);
  }
}

export function unreachableError(address: string): FlinkError {
  return new FlinkError('RECIPIENT_UNREACHABLE', `Nobody answers at ${address}`, {
    domain: 'external',
    details: { address },
  });
}

function methodOf(message: RpcMessage): string {
  return message.type === 'connect' ? 'connect' : message.method;
}
