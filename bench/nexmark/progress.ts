/** How fast a run was in its steady part, from what the subtasks of its source noted on the way. Pure. */

/** When a source subtask had emitted how many events, and what CPU time its process had taken by then. */
export interface Sample {
  /** Of a clock that all subtasks of the run share. */
  readonly nanos: number;
  readonly cpuNanos: number;
  readonly events: number;
}

export interface SourceProgress {
  /** From getting its split to being ready to emit: generating and encoding, where events are encoded first. */
  readonly preparationNanos: number;
  /** In order of time: the first one at the first event, the last one behind the last event. */
  readonly samples: readonly Sample[];
}

export interface Rates {
  readonly eventsPerSecond: number;
  readonly eventsPerCpuSecond: number;
}

/** Between these parts of all events a run counts as steady: compilers have warmed up, and no subtask has ended. */
const STEADY_FROM = 0.25;
const STEADY_TO = 0.97;

/** One line with the preparation, then a line a sample: nanoseconds, CPU nanoseconds, events. */
export function parseProgress(text: string): SourceProgress {
  const [preparation, ...lines] = text.trim().split('\n');
  const samples = lines.map((line): Sample => {
    const [nanos, cpuNanos, events] = line.split('\t').map(Number);
    return { nanos: nanos as number, cpuNanos: cpuNanos as number, events: events as number };
  });
  const isSound = samples.length >= 2 && samples.every((sample) => Object.values(sample).every(Number.isFinite));
  if (!isSound || !Number.isFinite(Number(preparation))) throw new Error('the progress of a source cannot be read');
  return { preparationNanos: Number(preparation), samples };
}

export function formatProgress({ preparationNanos, samples }: SourceProgress): string {
  const lines = samples.map(({ nanos, cpuNanos, events }) => `${nanos}\t${cpuNanos}\t${events}`);
  return `${[preparationNanos, ...lines].join('\n')}\n`;
}

export function emittedEvents(sources: readonly SourceProgress[]): number {
  return sources.reduce((sum, { samples }) => sum + (samples.at(-1)?.events ?? 0), 0);
}

/**
 * The rates from 25 to 97 % of the events of all subtasks together, interpolated between samples. It begins later when a
 * subtask did: until then another one has both cores, or this one takes them for encoding.
 */
export function steadyRates(sources: readonly SourceProgress[]): Rates {
  const total = emittedEvents(sources);
  const times = sources.flatMap(({ samples }) => samples.map(({ nanos }) => nanos)).sort((a, b) => a - b);
  const cpu = sources.flatMap(({ samples }) => samples).sort((a, b) => a.nanos - b.nanos);
  const eventsAt = (nanos: number): number =>
    sources.reduce((sum, { samples }) => sum + interpolate(samples, nanos, ({ events }) => events), 0);

  const lastStart = Math.max(...sources.map(({ samples }) => samples[0]?.nanos ?? 0));
  const from = Math.max(lastStart, timeOf(STEADY_FROM * total, times, eventsAt));
  const to = timeOf(STEADY_TO * total, times, eventsAt);
  if (!(to > from)) throw new Error('the run has no steady part: give it more events');
  const events = eventsAt(to) - eventsAt(from);
  const cpuNanos = interpolate(cpu, to, (sample) => sample.cpuNanos) - interpolate(cpu, from, (s) => s.cpuNanos);
  return { eventsPerSecond: (events * 1e9) / (to - from), eventsPerCpuSecond: (events * 1e9) / cpuNanos };
}

/** When so many events had been emitted. */
function timeOf(events: number, times: readonly number[], eventsAt: (nanos: number) => number): number {
  let before = times[0] as number;
  for (const time of times) {
    const emitted = eventsAt(time);
    if (emitted >= events) {
      const emittedBefore = eventsAt(before);
      if (emitted === emittedBefore) return time;
      return before + ((time - before) * (events - emittedBefore)) / (emitted - emittedBefore);
    }
    before = time;
  }
  return before;
}

/** The value at a time, on the line between the samples around it; at either end that of the outermost sample. */
function interpolate(samples: readonly Sample[], nanos: number, value: (sample: Sample) => number): number {
  let low = 0;
  let high = samples.length - 1;
  const first = samples[low] as Sample;
  const last = samples[high] as Sample;
  if (nanos <= first.nanos) return value(first);
  if (nanos >= last.nanos) return value(last);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((samples[middle] as Sample).nanos <= nanos) low = middle;
    else high = middle;
  }
  const a = samples[low] as Sample;
  const b = samples[high] as Sample;
  if (b.nanos === a.nanos) return value(b);
  return value(a) + ((value(b) - value(a)) * (nanos - a.nanos)) / (b.nanos - a.nanos);
}
