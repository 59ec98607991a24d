/**
 * Slots in the calling thread, with the same classes as in worker threads: for the simulation, where every pass is an
 * event of the virtual clock, and for programs that cannot be bound again. Nothing here blocks.
 */
import type { Environment } from '../../core/environment.js';
import type { Doorbells } from '../../network/doorbell.js';
import type { SlotHost, SlotThread, SlotThreadListener } from '../slot-host.js';
import type { ToSlot } from '../slot-messages.js';
import { type BindProgram, SlotRuntime } from './slot-runtime.js';
import type { StepBudget } from './step-budget.js';

export interface InProcessSlotHostOptions {
  readonly environment: Environment;
  readonly doorbells: Doorbells;
  readonly bind: BindProgram;
  readonly budget: () => StepBudget;
}

export class InProcessSlotHost implements SlotHost {
  private readonly options: InProcessSlotHostOptions;

  constructor(options: InProcessSlotHostOptions) {
    this.options = options;
  }

  start(_name: string, doorbellIndex: number, listener: SlotThreadListener): SlotThread {
    return new InProcessSlot(this.options, doorbellIndex, listener);
  }
}

class InProcessSlot implements SlotThread {
  private readonly environment: Environment;
  private readonly runtime: SlotRuntime;
  private readonly removeDoorbell: () => void;
  private isTerminated = false;
  private isScheduled = false;
  private cancelAlarm: () => void = () => undefined;

  constructor(options: InProcessSlotHostOptions, doorbellIndex: number, listener: SlotThreadListener) {
    this.environment = options.environment;
    this.runtime = new SlotRuntime({
      environment: options.environment,
      bind: options.bind,
      budget: options.budget(),
      send: (message) => {
        if (!this.isTerminated) listener.onMessage(message);
      },
      wake: () => this.wake(),
    });
    this.removeDoorbell = options.doorbells.listen(doorbellIndex, () => this.wake());
  }

  post(message: ToSlot): void {
    this.environment.clock.nextTurn(() => {
      if (this.isTerminated) return;
      this.runtime.handle(message);
      if (this.runtime.isShutDown) void this.terminate();
    });
  }

  terminate(): Promise<void> {
    this.isTerminated = true;
    this.cancelAlarm();
    this.removeDoorbell();
    return Promise.resolve();
  }

  private wake(): void {
    if (this.isScheduled || this.isTerminated) return;
    this.isScheduled = true;
    this.cancelAlarm();
    this.environment.clock.nextTurn(() => this.run());
  }

  private run(): void {
    this.isScheduled = false;
    if (this.isTerminated) return;
    if (this.runtime.pass()) return this.wake();
    const next = this.runtime.nextWakeTime();
    if (next === Number.POSITIVE_INFINITY || this.isScheduled) return;
    const delayMs = Math.max(0, next - this.environment.clock.now());
    this.cancelAlarm = this.environment.clock.schedule(delayMs, () => this.wake());
  }
}
