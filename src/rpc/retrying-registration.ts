/**
 * Connects to another component and registers there, again and again until it works: a missing answer is waited for
 * longer each time, an error pauses 10 s, a refusal 30 s. Mirrors: RetryingRegistration.
 */
import type { Cancel } from '../core/clock.js';
import { isFlinkError } from '../core/errors.js';
import type { FencingToken } from '../core/ids.js';
import type { Logger } from '../core/logger.js';
import type { MainThread } from '../core/main-thread.js';
import type { RpcService } from './rpc-service.js';

/** Flink's cluster.registration.* defaults. */
const INITIAL_TIMEOUT_MS = 100;
const MAX_TIMEOUT_MS = 30_000;
const ERROR_DELAY_MS = 10_000;
const REFUSED_DELAY_MS = 30_000;

/** Throw (or reject) with this code in `register`'s target to say that trying again soon is of no use. */
export const REGISTRATION_REFUSED = 'REGISTRATION_REFUSED';

export interface RegistrationTarget<G, R> {
  /** For the log: `ResourceManager`, `JobMaster`. */
  readonly name: string;
  readonly address: string;
  readonly fencingToken: FencingToken | undefined;
  register(gateway: G): Promise<R>;
}

export interface RegistrationListener<G, R> {
  /** On the main thread, once; not after `cancel`. */
  onRegistered(gateway: G, response: R): void;
}

export class RetryingRegistration<G extends object, R> {
  private readonly rpcService: RpcService;
  private readonly mainThread: MainThread;
  private readonly log: Logger;
  private readonly target: RegistrationTarget<G, R>;
  private readonly listener: RegistrationListener<G, R>;
  private isDone = false;
  private cancelTimer: Cancel = () => undefined;

  constructor(
    rpcService: RpcService,
    mainThread: MainThread,
    log: Logger,
    target: RegistrationTarget<G, R>,
    listener: RegistrationListener<G, R>,
  ) {
    this.rpcService = rpcService;
    this.mainThread = mainThread;
    this.log = log;
    this.target = target;
    this.listener = listener;
  }

  start(): void {
    this.attempt(1, INITIAL_TIMEOUT_MS);
  }

  /** Nothing is reported afterwards. Idempotent; called by itself on success. */
  cancel(): void {
    this.isDone = true;
    this.cancelTimer();
  }

  private attempt(attempt: number, timeoutMs: number): void {
    let isOpen = true;
    const settle = (action: () => void): void => {
      // Only the first of answer and timeout counts; a late answer to an abandoned attempt is ignored.
      if (this.isDone || !isOpen) return;
      isOpen = false;
      this.cancelTimer();
      action();
    };
    this.cancelTimer = this.mainThread.schedule(timeoutMs, () =>
      settle(() => this.attempt(attempt + 1, Math.min(timeoutMs * 2, MAX_TIMEOUT_MS))),
    );
    this.mainThread.handle(
      this.connectAndRegister(),
      ([gateway, response]) => settle(() => this.complete(gateway, response)),
      (error) => {
        // Nobody there yet is the normal start-up order, not an error: the timer asks again.
        if (!isUnanswered(error)) settle(() => this.onFailed(attempt, error));
      },
    );
  }

  private async connectAndRegister(): Promise<readonly [G, R]> {
    const { address, fencingToken } = this.target;
    const gateway = await this.rpcService.connect<G>(address, fencingToken);
    return [gateway, await this.target.register(gateway)];
  }

  private complete(gateway: G, response: R): void {
    this.cancel();
    this.listener.onRegistered(gateway, response);
  }

  private onFailed(attempt: number, error: unknown): void {
    const isRefused = isFlinkError(error) && error.code === REGISTRATION_REFUSED;
    const delayMs = isRefused ? REFUSED_DELAY_MS : ERROR_DELAY_MS;
    const { name, address } = this.target;
    this.log.warn(`Registration at the ${name} failed`, { address, attempt, delayMs, error });
    this.cancelTimer = this.mainThread.schedule(delayMs, () => {
      if (!this.isDone) this.attempt(attempt + 1, INITIAL_TIMEOUT_MS);
    });
  }
}

function isUnanswered(error: unknown): boolean {
  return isFlinkError(error) && (error.code === 'RECIPIENT_UNREACHABLE' || error.code === 'TIMEOUT');
}
