/** RPC between endpoints of one process: a node of a LocalRpcNetwork. Mirrors: PekkoRpcService (in-process use). */
import type { Configuration } from '../../config/configuration.js';
import { JobManagerOptions } from '../../config/options.js';
import type { Cancel } from '../../core/clock.js';
import type { Environment } from '../../core/environment.js';
import { deserializeError, FlinkError, serializeError } from '../../core/errors.js';
import type { FencingToken } from '../../core/ids.js';
import { fencingError } from '../fenced-rpc-endpoint.js';
import type { RpcEndpoint } from '../rpc-endpoint.js';
import type { ConnectOptions, RpcService } from '../rpc-service.js';
import { type LocalRpcNetwork, type RpcNode, unreachableError } from './local-rpc-network.js';
import type { RpcRequest, RpcResponse } from './rpc-message.js';

const SCHEME = 'local://';

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  readonly cancelTimeout: Cancel;
}

/** A call which somebody else waits for us to answer. */
interface OpenRequest {
  readonly from: string;
  readonly callId: number;
  readonly method: string;
}

type RequestBody =
  | { readonly type: 'connect' }
  | { readonly type: 'call'; readonly method: string; readonly args: readonly unknown[] };

export class LocalRpcService implements RpcService, RpcNode {
  readonly nodeName: string;
  readonly address: string;
  readonly environment: Environment;
  readonly configuration: Configuration;
  private readonly network: LocalRpcNetwork;
  private readonly askTimeoutMs: number;
  private readonly endpoints = new Map<string, { readonly endpoint: RpcEndpoint; readonly open: Set<OpenRequest> }>();
  private readonly pending = new Map<number, PendingCall>();
  private nextCallId = 1;
  private isStopped = false;

  /** Joins the network as `nodeName`, which is unique in it and has no slash. */
  constructor(network: LocalRpcNetwork, nodeName: string, environment: Environment, configuration: Configuration) {
    this.network = network;
    this.nodeName = nodeName;
    this.address = SCHEME + nodeName;
    this.environment = environment;
    this.configuration = configuration;
    this.askTimeoutMs = configuration.get(JobManagerOptions.rpcTimeout);
    network.addNode(this);
  }

  startEndpoint(endpoint: RpcEndpoint): void {
    if (this.isStopped) throw new FlinkError('RPC_STOPPED', `${this.address} has stopped`, { domain: 'external' });
    if (this.endpoints.has(endpoint.address)) {
      throw new FlinkError('ENDPOINT_EXISTS', `There is already an endpoint at ${endpoint.address}`);
    }
    this.endpoints.set(endpoint.address, { endpoint, open: new Set() });
  }

  stopEndpoint(endpoint: RpcEndpoint): void {
    const registered = this.endpoints.get(endpoint.address);
    if (registered?.endpoint !== endpoint) return;
    this.endpoints.delete(endpoint.address);
    const open = [...registered.open];
    registered.open.clear();
    for (const request of open) this.answerFailure(request, unreachableError(endpoint.address));
  }

  async connect<G extends object>(address: string, fencingToken?: FencingToken, options?: ConnectOptions): Promise<G> {
    const timeoutMs = options?.timeoutMs ?? this.askTimeoutMs;
    const token = (await this.ask(address, fencingToken, timeoutMs, { type: 'connect' })) as FencingToken | undefined;
    return this.createGateway<G>(address, token, timeoutMs);
  }

  /** Endpoints that can be called, and calls of this node that wait for their answer. */
  get usage(): { readonly endpoints: number; readonly pendingCalls: number } {
    return { endpoints: this.endpoints.size, pendingCalls: this.pending.size };
  }

  stop(): Promise<void> {
    this.kill();
    return Promise.resolve();
  }

  /** As if the process had died: nothing of it runs any more, nobody is told. Idempotent. */
  kill(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.network.removeNode(this);
    for (const { endpoint } of this.endpoints.values()) endpoint.mainThread.stop();
    this.endpoints.clear();
    const error = new FlinkError('RPC_STOPPED', `${this.address} has stopped`, { domain: 'external' });
    for (const call of this.pending.values()) {
      call.cancelTimeout();
      call.reject(error);
    }
    this.pending.clear();
  }

  receiveRequest(from: string, request: RpcRequest): void {
    const registered = this.endpoints.get(request.target);
    const open = { from, callId: request.callId, method: request.type === 'call' ? request.method : 'connect' };
    if (registered === undefined) {
      this.answerFailure(open, unreachableError(request.target));
      return;
    }
    const { endpoint } = registered;
    const refusal = this.refusalOf(endpoint, request);
    if (refusal !== undefined) {
      this.answerFailure(open, refusal);
    } else if (request.type === 'connect') {
      this.answer(open, endpoint.fencingToken);
    } else {
      registered.open.add(open);
      void this.invoke(endpoint, request.method, request.args).then(
        (value) => {
          if (registered.open.delete(open)) this.answer(open, value);
        },
        (error: unknown) => {
          if (registered.open.delete(open)) this.answerFailure(open, error);
        },
      );
    }
  }

  receiveResponse(response: RpcResponse): void {
    const call = this.pending.get(response.callId);
    // Too late: the caller was told TIMEOUT.
    if (call === undefined) return;
    this.pending.delete(response.callId);
    call.cancelTimeout();
    if (response.type === 'result') call.resolve(response.value);
    else call.reject(deserializeError(response.error));
  }

  private refusalOf(endpoint: RpcEndpoint, request: RpcRequest): FlinkError | undefined {
    // Who connects without a token takes whoever leads.
    if (request.type === 'connect' && request.fencingToken === undefined) return undefined;
    if (request.type === 'call' && !endpoint.remoteMethods.has(request.method)) {
      return new FlinkError('UNKNOWN_RPC_METHOD', `${endpoint.address} has no remote method '${request.method}'`);
    }
    return fencingError(endpoint.address, endpoint.fencingToken, request.fencingToken);
  }

  private invoke(endpoint: RpcEndpoint, method: string, args: readonly unknown[]): Promise<unknown> {
    return endpoint.mainThread.call(() => {
      const target = endpoint as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
      return target[method]?.(...args);
    });
  }

  private answer(request: OpenRequest, value: unknown): void {
    if (this.isStopped) return;
    const { callId, method } = request;
    this.network.send(this.nodeName, request.from, { type: 'result', callId, method, value });
  }

  private answerFailure(request: OpenRequest, error: unknown): void {
    if (this.isStopped) return;
    const { callId, method } = request;
    this.network.send(this.nodeName, request.from, { type: 'failure', callId, method, error: serializeError(error) });
  }

  private createGateway<G extends object>(address: string, token: FencingToken | undefined, timeoutMs: number): G {
    const methods = new Map<string, (...args: readonly unknown[]) => Promise<unknown>>();
    const methodOf = (method: string): ((...args: readonly unknown[]) => Promise<unknown>) => {
      let call = methods.get(method);
      if (call === undefined) {
        call = (...args) => this.ask(address, token, timeoutMs, { type: 'call', method, args });
        methods.set(method, call);
      }
      return call;
    };
    // `then` must stay undefined: a promise for a gateway would try to unwrap it.
    const get = (_target: object, property: string | symbol): unknown =>
      typeof property === 'string' && property !== 'then' ? methodOf(property) : undefined;
    return new Proxy<object>({}, { get }) as G;
  }

  private ask(
    target: string,
    fencingToken: FencingToken | undefined,
    timeoutMs: number,
    body: RequestBody,
  ): Promise<unknown> {
    if (this.isStopped) {
      return Promise.reject(new FlinkError('RPC_STOPPED', `${this.address} has stopped`, { domain: 'external' }));
    }
    const node = nodeOf(target);
    if (node === undefined) return Promise.reject(unreachableError(target));
    const callId = this.nextCallId++;
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.environment.clock.schedule(timeoutMs, () => {
        this.pending.delete(callId);
        reject(timeoutError(target, body.type === 'call' ? body.method : 'connect', timeoutMs));
      });
      this.pending.set(callId, { resolve, reject, cancelTimeout });
      this.network.send(this.nodeName, node, { ...body, callId, target, fencingToken });
    });
  }
}

/** The node part of `local://node/endpoint`, or undefined when the address is not of this transport. */
function nodeOf(address: string): string | undefined {
  if (!address.startsWith(SCHEME)) return undefined;
  const slash = address.indexOf('/', SCHEME.length);
  return slash < 0 ? undefined : address.slice(SCHEME.length, slash);
}

function timeoutError(address: string, method: string, timeoutMs: number): FlinkError {
  return new FlinkError('TIMEOUT', `${method} at ${address} was not answered within ${timeoutMs} ms`, {
    domain: 'external',
    details: { address, method, timeoutMs },
    remedy: 'Look for a process that is gone or overloaded; pekko.ask.timeout sets how long calls wait.',
  });
}
