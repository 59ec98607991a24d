/** Runs variants of a bench as processes of their own, A B C A B C …, so that noise of the machine hits all alike. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface BenchResult {
  /** What was verified: rows and a hash. Figures count only when all variants agree. */
  readonly checked: string;
  readonly eventsPerSecond: number;
}

/** Each variant is node's arguments with one script of this folder among them; it prints a BenchResult as JSON. */
export async function runInterleaved(
  rounds: number,
  variants: Readonly<Record<string, readonly string[]>>,
): Promise<Record<string, BenchResult[]>> {
  const results: Record<string, BenchResult[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(variants)) {
      const { stdout } = await promisify(execFile)(process.execPath, args.map(scriptPath), { maxBuffer: 1 << 24 });
      (results[name] ??= []).push(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as BenchResult);
    }
  }
  return results;
}

function scriptPath(argument: string): string {
  return argument.endsWith('.js') ? fileURLToPath(new URL(argument, import.meta.url)) : argument;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** `median (min…max)` in millions. */
export function spread(values: readonly number[]): string {
  const millions = (value: number): string => (value / 1e6).toFixed(2);
  return `${millions(median(values))} M (${millions(Math.min(...values))}…${millions(Math.max(...values))})`;
}
