/**
 * Asks something outside for each record, many at a time, and lets the answers go on in order or as they come. It never
 * waits: answers arrive as mails, and while there are as many requests as allowed the task takes no record. Records that
 * an operator before it emits at a stretch beyond that wait in a backlog. Mirrors: AsyncWaitOperator.
 */
import type { AsyncFunction, AsyncLambda } from '../../api/async/async-function.js';
import type { AsyncWaitDefinition } from '../../api/transformation.js';
import { FlinkError } from '../../core/errors.js';
import { renderValue } from '../../serialization/render-value.js';
import type { OneInputOperator, OperatorContext, OperatorSnapshot, PendingElement } from '../stream-operator.js';
import { checkMethods, FunctionLifecycle, userFunctionFailed } from '../user-function.js';
import { AsyncRequest, AttemptFuture, type Outcome } from './async-request.js';
import { FifoQueue } from './fifo-queue.js';
import { OrderedStreamElementQueue } from './ordered-stream-element-queue.js';
import { RequestTimeouts } from './request-timeouts.js';
import { withoutState } from './stateless-context.js';
import type { StreamElementQueue } from './stream-element-queue.js';
import { UnorderedStreamElementQueue } from './unordered-stream-element-queue.js';

export class AsyncWaitOperator implements OneInputOperator {
  private readonly definition: AsyncWaitDefinition;
  private readonly context: OperatorContext;
  private readonly fn: AsyncFunction<unknown, unknown>;
  private readonly lifecycle: FunctionLifecycle;
  private readonly queue: StreamElementQueue<AsyncRequest>;
  private readonly timeouts: RequestTimeouts;
  private readonly backlog = new FifoQueue<PendingElement>();
  private readonly ended: AsyncRequest[] = [];
  private readonly retries = new Set<AsyncRequest>();
  private restored: readonly PendingElement[] = [];
  private isEmitting = false;
  private isEnding = false;
  private isClosed = false;

  constructor(definition: AsyncWaitDefinition, context: OperatorContext) {
    this.definition = definition;
    this.context = context;
    this.fn = toFunction(definition.fn, context.name);
    this.lifecycle = new FunctionLifecycle(this.fn);
    this.queue =
      definition.outputMode === 'ORDERED' ? new OrderedStreamElementQueue() : new UnorderedStreamElementQueue();
    this.timeouts = new RequestTimeouts(context, (request) => this.onTimeout(request));
  }

  async open(): Promise<void> {
    await this.lifecycle.open(withoutState(this.context.runtimeContext, this.context.name));
    for (const element of this.restored) this.backlog.push(element);
    this.restored = [];
    this.goOn();
  }

  processElement(value: unknown, timestamp: number): void {
    if (this.hasRoom && this.backlog.size === 0) this.ask(value, timestamp);
    else this.backlog.push({ value, timestamp });
    this.updateHold();
  }

  processWatermark(timestamp: number): void {
    this.backlog.push({ watermark: timestamp });
    this.goOn();
  }

  processIdle(isIdle: boolean): void {
    this.context.output.emitIdle(isIdle);
  }

  /** The task goes on to its end when the last result has left. */
  endInput(): void {
    this.isEnding = true;
    this.updateHold();
  }

  async close(_aborted: boolean): Promise<void> {
    this.isClosed = true;
    this.timeouts.close();
    for (const { cancelRetry } of this.retries) cancelRetry?.();
    this.context.mailbox.isHolding = false;
    this.context.mailbox.isAwaiting = false;
    await this.lifecycle.close();
  }

  snapshotState(): OperatorSnapshot {
    return { pendingElements: [...this.queue.toArray(), ...this.backlog.toArray(), ...this.restored] };
  }

  restoreState(snapshot: OperatorSnapshot): void {
    this.restored = snapshot.pendingElements ?? [];
  }

  private get hasRoom(): boolean {
    return this.queue.numRequests < this.definition.capacity;
  }

  // --- asking

  private ask(value: unknown, timestamp: number): void {
    const { clock } = this.context;
    const { timeoutMs } = this.definition;
    const request = new AsyncRequest(value, timestamp, clock.now() + timeoutMs);
    this.queue.addRequest(request);
    if (timeoutMs > 0) this.timeouts.add(request);
    this.attempt(request);
  }

  private attempt(request: AsyncRequest): void {
    request.attempts++;
    this.call(request, (future) => this.fn.asyncInvoke(request.value, future));
  }

  /** Whichever way the user's function answers: through the future, with a promise, or by throwing. */
  private call(
    request: AsyncRequest,
    invoke: (future: AttemptFuture) => void | Promise<readonly unknown[] | void>,
  ): void {
    const future = new AttemptFuture(request, this.onOutcome);
    try {
      const answer = invoke(future);
      if (answer === undefined) return;
      Promise.resolve(answer).then(
        (results) => {
          if (results !== undefined) future.complete(results);
        },
        (error: unknown) => future.completeExceptionally(error),
      );
    } catch (error) {
      future.completeExceptionally(error);
    }
  }

  /** At any time on the task's thread, perhaps within the user's function. */
  private readonly onOutcome = (request: AsyncRequest): void => {
    if (!this.isClosed && this.ended.push(request) === 1) this.context.mailbox.execute(() => this.goOn());
  };

  // --- outcomes, on the task's turn

  private goOn(): void {
    if (this.isClosed) return;
    this.takeOutcomes();
    this.admit();
    if (!this.isEmitting) {
      this.isEmitting = true;
      this.context.runResumable(() => this.emitNext());
    }
  }

  private takeOutcomes(): void {
    for (const request of this.ended.splice(0)) {
      const { outcome } = request;
      request.outcome = undefined;
      if (outcome === undefined) continue;
      if ('results' in outcome) checkResults(outcome.results, this.context.name, request.value);
      if (this.isToBeRetried(request, outcome)) this.retryLater(request);
      else if ('error' in outcome) throw userFunctionFailed(outcome.error, this.context.name, request.value);
      else {
        request.results = outcome.results;
        this.timeouts.remove(request);
        this.queue.onAnswered(request);
      }
    }
  }

  private isToBeRetried(request: AsyncRequest, outcome: Outcome): boolean {
    if (request.isTimedOut) return false;
    const { retryStrategy } = this.definition;
    const { resultPredicate, exceptionPredicate } = retryStrategy.getRetryPredicate();
    const wants = 'error' in outcome ? exceptionPredicate?.(outcome.error) : resultPredicate?.(outcome.results);
    return wants === true && retryStrategy.canRetry(request.attempts);
  }

  private retryLater(request: AsyncRequest): void {
    const { clock, mailbox } = this.context;
    const delayMs = this.definition.retryStrategy.getBackoffTimeMillis(request.attempts);
    this.retries.add(request);
    request.cancelRetry = mailbox.executeAt(clock.now() + delayMs, () => {
      this.endRetry(request);
      if (!this.isClosed) this.attempt(request);
    });
  }

  private endRetry(request: AsyncRequest): void {
    request.cancelRetry = undefined;
    this.retries.delete(request);
  }

  private onTimeout(request: AsyncRequest): void {
    // Its answer may have come, and wait for this very turn.
    this.goOn();
    if (request.isFinished || this.isClosed) return;
    request.cancelRetry?.();
    this.endRetry(request);
    request.isTimedOut = true;
    if (this.fn.timeout === undefined) throw timedOut(request.value, this.context.name, this.definition.timeoutMs);
    this.call(request, (future) => this.fn.timeout?.(request.value, future));
  }

  // --- letting go on

  /** One element: all results of a record, or a watermark. True when nothing is ready. */
  private emitNext(): boolean {
    const element = this.queue.poll();
    if (element === undefined) {
      this.isEmitting = false;
      this.updateHold();
      return true;
    }
    const { output } = this.context;
    if ('watermark' in element) output.emitWatermark(element.watermark);
    else for (const result of element.results ?? []) output.collect(result, element.timestamp);
    this.admit();
    return false;
  }

  private admit(): void {
    for (let next = this.backlog.peek(); next !== undefined; next = this.backlog.peek()) {
      if (!('watermark' in next) && !this.hasRoom) break;
      this.backlog.shift();
      if ('watermark' in next) this.queue.addWatermark(next);
      else this.ask(next.value, next.timestamp);
    }
    this.updateHold();
  }

  private updateHold(): void {
    const { mailbox } = this.context;
    mailbox.isAwaiting = this.queue.numRequests > 0;
    mailbox.isHolding = !this.hasRoom || this.backlog.size > 0 || (this.isEnding && !this.queue.isEmpty);
  }
}

function toFunction(fn: AsyncWaitDefinition['fn'], operator: string): AsyncFunction<unknown, unknown> {
  if (typeof fn !== 'function') {
    checkMethods(fn, ['asyncInvoke'], operator);
    return fn;
  }
  const lambda = fn as AsyncLambda<unknown, unknown>;
  return {
    // Unlike a method it has nothing but its promise to answer with: a promise of undefined is an answer too.
    asyncInvoke: (value, future) => {
      Promise.resolve(lambda(value)).then(
        (results) => future.complete(results),
        (error: unknown) => future.completeExceptionally(error),
      );
    },
  };
}

function checkResults(results: unknown, operator: string, record: unknown): void {
  if (Array.isArray(results)) return;
  const text = renderValue(record);
  throw new FlinkError(
    'ASYNC_RESULT_INVALID',
    `the asynchronous function of operator '${operator}' answered ${renderValue(results)} for record ${text}`,
    {
      domain: 'user',
      remedy: 'Answer with an array of results: [] for none, [result] for one.',
      details: { operator, record: text },
    },
  );
}

function timedOut(record: unknown, operator: string, timeoutMs: number): FlinkError {
  const text = renderValue(record);
  return new FlinkError(
    'ASYNC_TIMEOUT',
    `Async function call has timed out: operator '${operator}' got no answer for record ${text} within ${timeoutMs} ms`,
    {
      domain: 'external',
      remedy: 'Give a longer timeout or a retry strategy, or the function a method timeout(value, resultFuture).',
      details: { operator, record: text, timeoutMs },
    },
  );
}
