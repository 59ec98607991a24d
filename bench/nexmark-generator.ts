/**
 * CPU nanoseconds an event to make Nexmark's events: in plain TypeScript, with the kernel, and by decoding what was made
 * before. Minimum and median of interleaved rounds; the variants must have emitted the same events, in all fields.
 */
import { createHash } from 'node:crypto';
import { BidDictionaries, encodeEvents } from '../examples/nexmark/generator/event-batch.js';
import { DecodedDictionaries, EventBatchReader } from '../examples/nexmark/generator/event-batch-reader.js';
import type { EventGenerator } from '../examples/nexmark/generator/event-generator.js';
import { KernelGenerator } from '../examples/nexmark/generator/kernel-generator.js';
import { generatorConfig, NEXMARK_DEFAULTS } from '../examples/nexmark/generator/nexmark-config.js';
import { PlainGenerator } from '../examples/nexmark/generator/plain-generator.js';
import type { NexmarkEvent } from '../examples/nexmark/model.js';
import { median } from './interleaved.js';

const EVENTS = 200_000;
const BATCH_EVENTS = 512;
/** What a source is asked for at a time. */
const PORTION = 128;
const rounds = Number(process.argv[2] ?? 15);

interface Output {
  collect(event: NexmarkEvent, timestamp?: number): void;
}

const config = generatorConfig({ ...NEXMARK_DEFAULTS, events: EVENTS });

function generate(generator: EventGenerator): (output: Output) => void {
  return (output) => {
    for (let position = 0; position < EVENTS; position += PORTION) {
      generator.emit(output, position, Math.min(PORTION, EVENTS - position), 1);
    }
  };
}

function decode(): (output: Output) => void {
  const generator = new KernelGenerator(config);
  const encoded = new BidDictionaries();
  const batches = Array.from({ length: Math.ceil(EVENTS / BATCH_EVENTS) }, (_, batch) => {
    const events: NexmarkEvent[] = [];
    const position = batch * BATCH_EVENTS;
    generator.emit({ collect: (event) => events.push(event) }, position, Math.min(BATCH_EVENTS, EVENTS - position), 1);
    return encodeEvents(events, encoded);
  });
  return (output) => {
    const decoded = new DecodedDictionaries();
    for (const batch of batches) {
      const reader = new EventBatchReader(batch, decoded);
      while (reader.remaining > 0) reader.emit(output, Math.min(PORTION, reader.remaining));
    }
  };
}

/** Of all fields of all events, in their order. */
function hashOf(emit: (output: Output) => void): string {
  const hash = createHash('sha256');
  emit({ collect: (event) => hash.update(JSON.stringify(event)) });
  return hash.digest('hex').slice(0, 16);
}

/** The latest events: an event that nobody could see would not have to be made. */
const seen: NexmarkEvent[] = [];
let count = 0;
const output: Output = {
  collect(event) {
    seen[count++ & 127] = event;
  },
};

function cpuNanos(emit: (output: Output) => void): number {
  count = 0;
  const before = process.cpuUsage();
  emit(output);
  const { user, system } = process.cpuUsage(before);
  if (count !== EVENTS) throw new Error(`${count} events instead of ${EVENTS}`);
  return ((user + system) * 1_000) / EVENTS;
}

const variants: Readonly<Record<string, (output: Output) => void>> = {
  'plain TypeScript': generate(new PlainGenerator(config)),
  kernel: generate(new KernelGenerator(config)),
  'decoding columns': decode(),
};
const hashes = Object.values(variants).map(hashOf);
if (new Set(hashes).size !== 1) throw new Error(`events differ, so there is no figure: ${hashes.join(' / ')}`);
console.log(`checked: ${EVENTS} events of each variant are the same, in all fields (${hashes[0]})`);

const figures = Object.entries(variants).map(([name, emit]) => ({ name, emit, nanos: [] as number[] }));
for (let round = -3; round < rounds; round++) {
  for (const { emit, nanos } of figures) {
    const figure = cpuNanos(emit);
    if (round >= 0) nanos.push(figure);
  }
}
console.log('ns of CPU an event    minimum  median');
for (const { name, nanos } of figures) {
  const [minimum, middle] = [Math.min(...nanos), median(nanos)].map((figure) => figure.toFixed(0).padStart(8));
  console.log(`${name.padEnd(20)} ${minimum}${middle}`);
}
