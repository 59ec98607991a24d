/**
 * The loop of a slot's worker thread, the one place where a slot waits: on its doorbell while only other slots can bring
 * it on, in the event loop while a promise, socket or timer of user code is pending.
 */
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { checkNotNull } from '../../core/assert.js';
import type { Clock } from '../../core/clock.js';
import { systemEnvironment } from '../../core/environment.js';
import { serializeError } from '../../core/errors.js';
import { createLogger } from '../../core/logger.js';
import type { FromSlot, ToSlot } from '../slot-messages.js';
import { type BindProgram, SlotRuntime } from './slot-runtime.js';
import type { FromThread, SlotThreadData } from './slot-thread-protocol.js';
import { AdaptiveBudget } from './step-budget.js';

/** A slot takes an event-loop turn at least this often while it is busy. */
const TURN_INTERVAL_MS = 5;
/** Longest wait without looking around, so that a lost wake-up costs little. */
const MAX_WAIT_MS = 200;

export async function runSlotThread(bind: BindProgram): Promise<void> {
  const port = checkNotNull(parentPort, 'port to the TaskExecutor');
  const { doorbells, doorbellIndex } = workerData as SlotThreadData;
  const send = (message: FromThread): void => port.postMessage(message);
  replaceConsole(send);
  const log = createLogger(
    (level, message, fields) => send({ type: 'log', level, message, fields } satisfies FromSlot),
    'info',
  );
  const environment = systemEnvironment(log);
  const bell = new Int32Array(doorbells);
  const { clock } = environment;
  const waiting = new EventLoopWait(bell, doorbellIndex, clock);
  const runtime = new SlotRuntime({
    environment,
    bind,
    budget: new AdaptiveBudget(),
    send,
    wake: () => waiting.wake(),
  });
  process.on('unhandledRejection', (error) => send({ type: 'failed', error: serializeError(error) }));

  let lastTurn = clock.monotonic();
  while (!runtime.isShutDown) {
    const heard = Atomics.load(bell, doorbellIndex);
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      runtime.handle(next.message as ToSlot);
    const progress = runtime.pass();
    if (progress && clock.monotonic() - lastTurn < TURN_INTERVAL_MS) continue;
    if (progress || runtime.needsEventLoop || hasLiveHandles()) {
      await new Promise<void>((resolve) => clock.nextTurn(resolve));
      if (!progress && !runtime.isWoken) await waiting.wait(heard, waitMs(runtime, clock.now()));
      lastTurn = clock.monotonic();
    } else {
      Atomics.wait(bell, doorbellIndex, heard, waitMs(runtime, clock.now()));
    }
  }
  port.close();
}

function waitMs(runtime: SlotRuntime, now: number): number {
  return Math.min(MAX_WAIT_MS, Math.max(0, runtime.nextWakeTime() - now));
}

/** Sockets, files and timers of user code live on the slot's own event loop and must be served. */
function hasLiveHandles(): boolean {
  return process.getActiveResourcesInfo().some((resource) => resource !== 'MessagePort');
}

/** Sleeps in the event loop, so that promises, sockets and timers go on, until the bell rings or a task wakes the slot. */
class EventLoopWait {
  private readonly bell: Int32Array;
  private readonly index: number;
  private readonly clock: Clock;
  private ringing: Promise<unknown> | undefined;
  private wakeUp: () => void = () => undefined;

  constructor(bell: Int32Array, index: number, clock: Clock) {
    this.bell = bell;
    this.index = index;
    this.clock = clock;
  }

  wake(): void {
    this.wakeUp();
  }

  async wait(heard: number, timeoutMs: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.wakeUp = resolve;
    });
    // The timer keeps the loop turning; a pending wait for the bell alone would not.
    const cancel = this.clock.schedule(timeoutMs, this.wakeUp);
    await Promise.race([this.rung(heard), woken]);
    cancel();
  }

  /** One wait for the bell at a time: waits cannot be cancelled and would pile up. */
  private rung(heard: number): Promise<unknown> {
    if (this.ringing !== undefined) return this.ringing;
    const { async: isAsync, value } = Atomics.waitAsync(this.bell, this.index, heard);
    if (!isAsync) return Promise.resolve();
    const ringing = value.then(() => {
      this.ringing = undefined;
    });
    this.ringing = ringing;
    return ringing;
  }
}

function replaceConsole(send: (message: FromThread) => void): void {
  const stream = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      decodeStrings: false,
      write: (chunk: unknown, _encoding, done) => {
        send({ type: 'console', stream: name, text: String(chunk) });
        done();
      },
    });
  globalThis.console = new Console({ stdout: stream('stdout'), stderr: stream('stderr') });
}
