/**
 * Base of everything that can be called from afar: an address, a main thread, and the list of methods which callers may
 * reach. Mirrors: RpcEndpoint.
 */
import type { FencingToken } from '../core/ids.js';
import type { Logger } from '../core/logger.js';
import { MainThread } from '../core/main-thread.js';
import type { RpcService } from './rpc-service.js';

/** The names of all methods of a gateway; the compiler checks that none is missing. */
export function gatewayMethods<G>(methods: Readonly<Record<keyof G & string, true>>): ReadonlySet<string> {
  return new Set(Object.keys(methods));
}

export abstract class RpcEndpoint {
  readonly endpointId: string;
  readonly address: string;
  readonly mainThread: MainThread;
  /** What remote callers may call; each is a method of this object and returns a promise. */
  abstract readonly remoteMethods: ReadonlySet<string>;
  protected readonly rpcService: RpcService;
  protected readonly log: Logger;
  private started: Promise<void> | undefined;
  private stopped: Promise<void> | undefined;

  constructor(rpcService: RpcService, endpointId: string) {
    this.rpcService = rpcService;
    this.endpointId = endpointId;
    this.address = `${rpcService.address}/${endpointId}`;
    this.log = rpcService.environment.log.child({ component: endpointId });
    this.mainThread = new MainThread(this.address, rpcService.environment.clock, (error) =>
      this.onUncaughtError(error),
    );
  }

  /** The token that callers must present; undefined when the endpoint is not fenced. */
  get fencingToken(): FencingToken | undefined {
    return undefined;
  }

  /** Makes the endpoint reachable and settles when `onStart` is done. Idempotent. */
  start(): Promise<void> {
    this.started ??= this.startOnce();
    return this.started;
  }

  /** Settles when `onStop` is done and the endpoint is unreachable. Idempotent, also without `start`. */
  stop(): Promise<void> {
    this.stopped ??= this.stopOnce();
    return this.stopped;
  }

  /** On the main thread, before the first remote call. */
  protected onStart(): void | Promise<void> {}

  /** On the main thread; the endpoint is still reachable until it is done. */
  protected onStop(): void | Promise<void> {}

  /** A closure on the main thread threw: a defect of ours. Components override it to fail what they were working on. */
  protected onUncaughtError(error: unknown): void {
    this.log.error('Uncaught error on the main thread', { error });
  }

  private async startOnce(): Promise<void> {
    const onStart = this.mainThread.call(() => this.onStart());
    this.rpcService.startEndpoint(this);
    await onStart;
  }

  private async stopOnce(): Promise<void> {
    try {
      if (this.started !== undefined && !this.mainThread.isStopped) await this.mainThread.call(() => this.onStop());
    } catch (error) {
      if (!this.mainThread.isStopped) this.log.error('Endpoint did not stop cleanly', { error });
    } finally {
      this.rpcService.stopEndpoint(this);
      this.mainThread.stop();
    }
  }
}
