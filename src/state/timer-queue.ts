/**
 * Timers of one time domain: a bucket per distinct time and a heap of these times, so that adding a timer to a known
 * time costs two Map lookups, whatever the number of keys. At most one timer per key, namespace and time.
 */
import type { Namespace } from './keyed-state-backend.js';
import type { MapKey } from './map-key.js';
import { TimeHeap } from './time-heap.js';

type KeyGroups = Map<MapKey, number>;

export interface Timer {
  time: number;
  namespace: Namespace;
  key: MapKey;
  keyGroup: number;
}

export class TimerQueue {
  private readonly buckets = new Map<number, TimerBucket>();
  private readonly heap = new TimeHeap();
  private last: TimerBucket | undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The earliest time with a timer; undefined when there is none. */
  get firstTime(): number | undefined {
    for (;;) {
      const time = this.heap.first;
      if (time === undefined || this.buckets.has(time)) return time;
      this.heap.removeFirst();
    }
  }

  /** hot path */
  add(time: number, namespace: Namespace, key: MapKey, keyGroup: number): void {
    let bucket = this.last;
    if (bucket === undefined || bucket.time !== time) bucket = this.bucketAt(time);
    if (bucket.add(namespace, key, keyGroup)) this.count++;
  }

  remove(time: number, namespace: Namespace, key: MapKey): void {
    const bucket = this.buckets.get(time);
    if (bucket === undefined || !bucket.remove(namespace, key)) return;
    this.count--;
    if (bucket.isEmpty) this.drop(bucket);
  }

  /** Takes the earliest timer not after `limit` out of the queue into `into`; false when there is none. */
  poll(limit: number, into: Timer): boolean {
    const time = this.firstTime;
    if (time === undefined || time > limit) return false;
    const bucket = this.buckets.get(time) as TimerBucket;
    bucket.poll(into);
    this.count--;
    if (bucket.isEmpty) this.drop(bucket);
    return true;
  }

  *timers(): IterableIterator<Timer> {
    for (const bucket of this.buckets.values()) yield* bucket.timers();
  }

  private bucketAt(time: number): TimerBucket {
    let bucket = this.buckets.get(time);
    if (bucket === undefined) {
      bucket = new TimerBucket(time);
      this.buckets.set(time, bucket);
      this.heap.add(time);
    }
    this.last = bucket;
    return bucket;
  }

  /** Times of dropped buckets stay in the heap until they come up, or until they are the larger part of it. */
  private drop(bucket: TimerBucket): void {
    this.buckets.delete(bucket.time);
    if (this.last === bucket) this.last = undefined;
    if (this.heap.size > 64 + 2 * this.buckets.size) this.heap.rebuild(this.buckets.keys());
  }
}

class TimerBucket {
  readonly time: number;
  /** The keys of one namespace; those of further namespaces are in `others`. */
  private namespace: Namespace = '';
  private keys: KeyGroups = new Map();
  private others: Map<Namespace, KeyGroups> | undefined;
  /** Kept between polls: finding the first entry of a Map that lost many is slow. */
  private firing: IterableIterator<[MapKey, number]> | undefined;

  constructor(time: number) {
    this.time = time;
  }

  get isEmpty(): boolean {
    return this.keys.size === 0 && (this.others === undefined || this.others.size === 0);
  }

  add(namespace: Namespace, key: MapKey, keyGroup: number): boolean {
    const keys = this.keysForWrite(namespace);
    const before = keys.size;
    keys.set(key, keyGroup);
    return keys.size > before;
  }

  remove(namespace: Namespace, key: MapKey): boolean {
    if (namespace === this.namespace) return this.keys.delete(key);
    const keys = this.others?.get(namespace);
    if (keys === undefined || !keys.delete(key)) return false;
    if (keys.size === 0) this.others?.delete(namespace);
    return true;
  }

  poll(into: Timer): void {
    for (;;) {
      this.firing ??= this.keys.entries();
      const next = this.firing.next();
      if (next.done !== true) {
        [into.key, into.keyGroup] = next.value;
        into.time = this.time;
        into.namespace = this.namespace;
        this.keys.delete(into.key);
        return;
      }
      // An iterator sees what is added until it ends, so nothing is left in this namespace.
      this.firing = undefined;
      this.enterNextNamespace();
    }
  }

  *timers(): IterableIterator<Timer> {
    const all: [Namespace, KeyGroups][] = [[this.namespace, this.keys], ...(this.others ?? [])];
    for (const [namespace, keys] of all) {
      for (const [key, keyGroup] of keys) yield { time: this.time, namespace, key, keyGroup };
    }
  }

  private keysForWrite(namespace: Namespace): KeyGroups {
    if (namespace === this.namespace) return this.keys;
    if (this.keys.size === 0 && this.others === undefined) {
      this.namespace = namespace;
      return this.keys;
    }
    this.others ??= new Map();
    let keys = this.others.get(namespace);
    if (keys === undefined) {
      keys = new Map();
      this.others.set(namespace, keys);
    }
    return keys;
  }

  private enterNextNamespace(): void {
    for (const [namespace, keys] of this.others ?? []) {
      this.namespace = namespace;
      this.keys = keys;
      this.others?.delete(namespace);
      return;
    }
  }
}
