/**
 * Is the machine as fast as it was? A loop of fixed work beside every run says so: on each core that the run has, before
 * and after it, by the wall clock, so that neighbours count.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from './figures.js';

const FIRST_MEASUREMENTS = 5;
const LOOP = fileURLToPath(new URL('calibration-loop.js', import.meta.url));

export class Calibration {
  private readonly durations: number[] = [];
  private readonly tolerance: number;

  private constructor(tolerance: number) {
    this.tolerance = tolerance;
  }

  /** Begins with a few measurements on all cores that will be used, so that there is a median from the first run on. */
  static async start(cores: number, tolerance: number): Promise<Calibration> {
    const calibration = new Calibration(tolerance);
    for (let i = 0; i < FIRST_MEASUREMENTS; i++) await calibration.measure(cores);
    return calibration;
  }

  /** By how much the slowest of the cores deviates from the median of the session, as a part of it. */
  async measure(cores: number): Promise<number> {
    const durations = await Promise.all(Array.from({ length: cores }, (_, core) => loopOn(core)));
    this.durations.push(...durations);
    const usual = median(this.durations);
    return Math.max(...durations.map((duration) => Math.abs(duration - usual) / usual));
  }

  isVoid(deviation: number): boolean {
    return deviation > this.tolerance;
  }
}

/** Milliseconds of the loop on one core. */
async function loopOn(core: number): Promise<number> {
  const { stdout } = await promisify(execFile)('taskset', ['-c', String(core), process.execPath, LOOP]);
  return Number(stdout);
}
