/**
 * Makes the events of PlainGenerator with the kernel in WebAssembly, where a 64-bit multiplication is one instruction: it
 * draws the random numbers, and calls an EventBuilder for each event. The kernel has no memory: V8 would reserve 10 GiB of
 * addresses for it, more than a YARN container may have.
 */
import type { ReaderOutput } from 'flink-yarn';
import type { NexmarkEvent } from '../model.js';
import { EventBuilder } from './event-builder.js';
import type { EventGenerator } from './event-generator.js';
import { EventTimeline, quotient } from './event-timeline.js';
import { KERNEL_BASE64 } from './kernel-bytes.js';
import { EPOCH_EVENTS, type GeneratorConfig } from './nexmark-config.js';

interface Kernel {
  configure(seedHigh: number, seedLow: number, firstEventId: number, delayMicros: number, groupSize: number): void;
  /** From now on, ids are relative to the first person, or auction, of this epoch. */
  relateTo(epoch: number): void;
  run(position: number, count: number, stride: number): void;
}

/** The part of WebAssembly that is needed: the types of Node 20 do not have it. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** All ids are below 2^31 up to this epoch, which V8 keeps without a box: so they are related to 0. */
const LAST_SMALL_EPOCH = 600_000_000;

let kernelModule: object | undefined;

export class KernelGenerator implements EventGenerator {
  private readonly firstEventId: number;
  private readonly builder: EventBuilder;
  private readonly kernel: Kernel;

  constructor(config: GeneratorConfig) {
    const { firstEventId, seedHigh, seedLow, delayMicros, groupSize } = new EventTimeline(config);
    this.firstEventId = firstEventId;
    this.builder = new EventBuilder(config.baseTime);
    this.kernel = instantiate(this.builder);
    this.kernel.configure(seedHigh, seedLow, firstEventId, delayMicros, groupSize);
  }

  emit(output: Pick<ReaderOutput<NexmarkEvent>, 'collect'>, position: number, count: number, stride: number): void {
    const epoch = quotient(this.firstEventId + position, EPOCH_EVENTS);
    if (epoch > LAST_SMALL_EPOCH) this.relateTo(epoch);
    this.builder.output = output;
    this.kernel.run(position, count, stride);
  }

  private relateTo(epoch: number): void {
    this.kernel.relateTo(epoch);
    this.builder.relateTo(epoch);
  }
}

function instantiate(builder: EventBuilder): Kernel {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };
  kernelModule ??= new WebAssembly.Module(Buffer.from(KERNEL_BASE64, 'base64'));
  // The names are those of the files that declare them.
  const imports = { price: { pow: Math.pow }, text: builder, kernel: builder };
  return new WebAssembly.Instance(kernelModule, imports).exports as Kernel;
}
