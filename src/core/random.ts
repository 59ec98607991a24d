/** Chance behind a port: ids and jitter come from here, so that a seed replays a run. Only plans hash besides. */
import { randomBytes } from 'node:crypto';

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound). */
  nextInt(bound: number): number;
  /** `count` random bytes as lower-case hex. */
  hex(count: number): string;
}

/** sfc32: 128 bits of state, passes PractRand; enough for schedules and jitter, not for secrets. */
export class SeededRandom implements Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number) {
    this.a = seed | 0;
    this.b = (seed ^ 0x9e3779b9) | 0;
    this.c = Math.floor(seed / 0x1_0000_0000) | 0;
    for (let i = 0; i < 15; i++) this.nextUint32();
  }

  next(): number {
    return this.nextUint32() / 0x1_0000_0000;
  }

  nextInt(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  hex(count: number): string {
    let out = '';
    for (let i = 0; i < count; i++) out += (this.nextUint32() & 0xff).toString(16).padStart(2, '0');
    return out;
  }

  private nextUint32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum >>> 0;
  }
}

/** Chance of the operating system; ids made from it are unguessable. */
export class SystemRandom implements Random {
  next(): number {
    return randomBytes(4).readUInt32LE() / 0x1_0000_0000;
  }

  nextInt(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  hex(count: number): string {
    return randomBytes(count).toString('hex');
  }
}
