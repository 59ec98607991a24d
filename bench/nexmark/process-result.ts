/** What a raced program of ours says about its own process when the job is over. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessResult, SinkResult } from './run-arguments.js';

export function writeResults(folder: string, sink: SinkResult, jobNanos: number): void {
  const { user, system } = process.cpuUsage();
  const result: ProcessResult = { jobNanos, cpuNanos: (user + system) * 1000, peakRssBytes: peakRssBytes() };
  writeFileSync(join(folder, 'sink-0.json'), JSON.stringify(sink));
  writeFileSync(join(folder, 'process.json'), JSON.stringify(result));
}

function peakRssBytes(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kibibytes === undefined) throw new Error('/proc/self/status does not tell the peak of the memory');
  return Number(kibibytes) * 1024;
}
