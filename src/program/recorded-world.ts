/**
 * Clock and chance of a plan run, seen again by every bind run: main() may put a time or a random id into the plan or a
 * closure, and all slots must hold the same. In force from loading the program to its target `execute()`.
 */
import { SeededRandom } from '../core/random.js';
import type { RecordedWorld } from '../protocol/job-messages.js';

/** Replaces Date, performance.now, Math.random and crypto's ids; answers what puts the real ones back. */
export function enterRecordedWorld(world: RecordedWorld): () => void {
  const restores = [
    replaceDate(world.submissionTime),
    replacePerformance(),
    ...replaceChance(new SeededRandom(world.seed)),
  ];
  return () => {
    for (const restore of restores) restore();
  };
}

/** Time stands still: how often main() looks at the clock must not change what it sees. */
function replaceDate(now: number): () => void {
  const RealDate = globalThis.Date;
  class RecordedDate extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      super(...((args.length === 0 ? [now] : args) as [number]));
    }

    static override now(): number {
      return now;
    }
  }
  globalThis.Date = RecordedDate as DateConstructor;
  return () => {
    globalThis.Date = RealDate;
  };
}

function replacePerformance(): () => void {
  return replaceMethod(globalThis.performance, 'now', () => 0);
}

function replaceChance(random: SeededRandom): (() => void)[] {
  const fill = <T extends ArrayBufferView | null>(array: T): T => {
    if (array === null) return array;
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = random.nextInt(256);
    return array;
  };
  return [
    replaceMethod(Math, 'random', () => random.next()),
    replaceMethod(globalThis.crypto, 'randomUUID', () => uuidOf(random)),
    replaceMethod(globalThis.crypto, 'getRandomValues', fill as typeof crypto.getRandomValues),
  ];
}

function uuidOf(random: SeededRandom): `${string}-${string}-${string}-${string}-${string}` {
  const hex = random.hex(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Shadows a method, which may live on the prototype, with an own property. */
function replaceMethod<T extends object, K extends keyof T & string>(
  target: T,
  name: K,
  replacement: T[K],
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value: replacement, configurable: true, writable: true });
  return () => {
    if (own === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, own);
  };
}
