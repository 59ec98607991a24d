/** Chooses, when a slot learns its program, whether it gets a thread of its own or runs in the calling one. */
import type { SlotHost, SlotThread, SlotThreadListener } from '../../taskmanager/slot-host.js';
import type { ToSlot } from '../../taskmanager/slot-messages.js';

export class SlotHostByProgram implements SlotHost {
  private readonly threads: SlotHost;
  private readonly inProcess: SlotHost;

  constructor(threads: SlotHost, inProcess: SlotHost) {
    this.threads = threads;
    this.inProcess = inProcess;
  }

  start(name: string, doorbellIndex: number, listener: SlotThreadListener): SlotThread {
    let thread: SlotThread | undefined;
    return {
      post: (message: ToSlot) => {
        if (message.type === 'prepare') {
          const host = message.program.kind === 'bundle' ? this.threads : this.inProcess;
          thread ??= host.start(name, doorbellIndex, listener);
        }
        thread?.post(message);
      },
      terminate: () => thread?.terminate() ?? Promise.resolve(),
    };
  }
}
