/** How much the first cores of the machine worked between two moments, for whomever: from /proc/stat. */
import { readFile } from 'node:fs/promises';

/** What a tick of /proc/stat is on Linux, whatever the kernel's own. */
const TICK_NANOS = 10_000_000;
const IDLE = 3;
const IO_WAIT = 4;
const STEAL = 7;

interface Ticks {
  readonly busy: number;
  readonly all: number;
}

export class BusyCores {
  private readonly cores: number;
  private readonly before: Ticks;

  private constructor(cores: number, before: Ticks) {
    this.cores = cores;
    this.before = before;
  }

  static async start(cores: number): Promise<BusyCores> {
    return new BusyCores(cores, await readTicks(cores));
  }

  async stop(): Promise<{ readonly busyNanos: number; readonly allNanos: number }> {
    const { busy, all } = await readTicks(this.cores);
    return { busyNanos: (busy - this.before.busy) * TICK_NANOS, allNanos: (all - this.before.all) * TICK_NANOS };
  }
}

async function readTicks(cores: number): Promise<Ticks> {
  return parseTicks(await readFile('/proc/stat', 'utf8'), cores);
}

/** Time that was stolen by other virtual machines counts as busy: nobody here had it. */
export function parseTicks(stat: string, cores: number): Ticks {
  let busy = 0;
  let all = 0;
  for (let core = 0; core < cores; core++) {
    const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(stat)?.[1];
    if (line === undefined) throw new Error(`the machine has no core ${core}`);
    const ticks = line
      .trim()
      .split(/\s+/)
      .slice(0, STEAL + 1)
      .map(Number);
    const sum = ticks.reduce((a, b) => a + b, 0);
    all += sum;
    busy += sum - (ticks[IDLE] ?? 0) - (ticks[IO_WAIT] ?? 0);
  }
  return { busy, all };
}
