/**
 * Looks on while the flight delays job runs: a table that is drawn again and again on a terminal, plain lines elsewhere,
 * and a summary at the end.
 */
import type { DataStream, JobClient, JobExecutionResult, VertexMetrics } from 'flink-yarn';
import type { AirportDelays, LateFlight, WindowSize } from './flight-delays.js';

/** With few flights chance alone makes a day the worst. */
const MIN_FLIGHTS_A_DAY = 100;
const TOP = 10;
const REDRAW_MS = 250;
const LINE_MS = 1_000;

export interface JobWatch {
  /** Shows the job until it has finished or was cancelled; rejects when it failed. */
  untilEnd(job: JobClient): Promise<void>;
}

/** To be called before the job is submitted: the results come to the client as well. */
export function watchJob(days: DataStream<AirportDelays>, late: DataStream<LateFlight>, output: string): JobWatch {
  const board = new DelayBoard();
  const allDays = days.collectAsync({ onRestart: () => board.forgetDays() });
  const allLate = late.collectAsync({ onRestart: () => board.forgetLateFlights() });

  return {
    async untilEnd(job) {
      const screen = process.stdout.isTTY ? new LiveTable(process.stdout) : new PlainLines(process.stdout);
      const stopShowing = showRepeatedly(job, board, screen);
      try {
        await Promise.all([
          forEach(allDays, (delays) => board.addDay(delays)),
          forEach(allLate, (flight) => board.addLateFlight(flight)),
        ]);
        const result = await job.getJobExecutionResult();
        const metrics = await job.getVertexMetrics();
        stopShowing();
        screen.finish(summaryOf(board, result, metrics, output));
      } catch (error) {
        stopShowing();
        if ((await job.getJobStatus()) !== 'CANCELED') throw error;
        screen.finish(['', `Cancelled. Nothing was written to ${output}.`]);
      }
    },
  };
}

async function forEach<T>(records: AsyncIterable<T>, take: (record: T) => void): Promise<void> {
  for await (const record of records) take(record);
}

// ── What is known so far ──────────────────────────────────────────────────────────────────────────────────────────────

interface AirportTotal {
  readonly origin: string;
  readonly name: string;
  flights: number;
  delay: number;
  worstDay: AirportDelays;
}

/** How many flights came too late for a window. */
interface LateWindow {
  readonly window: WindowSize;
  readonly origin: string;
  readonly start: number;
  flights: number;
}

class DelayBoard {
  /** By start of the day. */
  private days = new Map<number, AirportDelays[]>();
  /** By window and airport. */
  private late = new Map<string, LateWindow>();

  addDay(delays: AirportDelays): void {
    const sameDay = this.days.get(delays.start);
    if (sameDay === undefined) this.days.set(delays.start, [delays]);
    else sameDay.push(delays);
  }

  addLateFlight({ window, origin, start }: LateFlight): void {
    const key = `${window} ${origin} ${start}`;
    const late = this.late.get(key) ?? { window, origin, start, flights: 0 };
    late.flights++;
    this.late.set(key, late);
  }

  /** A restarted job sends everything again. */
  forgetDays(): void {
    this.days = new Map();
  }

  forgetLateFlights(): void {
    this.late = new Map();
  }

  /** The airports with the longest mean delay, of the latest day that is complete: a later one has begun. */
  worstOfLatestDay(): readonly AirportDelays[] {
    const [latest, complete] = [...this.days.keys()].sort((a, b) => b - a);
    return (this.days.get(complete ?? latest ?? 0) ?? [])
      .filter(({ flights }) => flights >= MIN_FLIGHTS_A_DAY)
      .sort((a, b) => b.meanDelay - a.meanDelay)
      .slice(0, TOP);
  }

  busiestAirports(): readonly AirportTotal[] {
    const totals = new Map<string, AirportTotal>();
    for (const delays of [...this.days.values()].flat()) {
      const total = totals.get(delays.origin) ?? emptyTotal(delays);
      total.flights += delays.flights;
      total.delay += delays.flights * delays.meanDelay;
      if (isWorse(delays, total.worstDay)) total.worstDay = delays;
      totals.set(delays.origin, total);
    }
    return [...totals.values()].sort((a, b) => b.flights - a.flights).slice(0, TOP);
  }

  firstAndLastDay(): readonly [number, number] {
    return [Math.min(...this.days.keys()), Math.max(...this.days.keys())];
  }

  flights(): number {
    const onTime = [...this.days.values()].flat().reduce((sum, { flights }) => sum + flights, 0);
    return onTime + this.lateFlights('1 d');
  }

  lateFlights(window: WindowSize): number {
    return this.lateWindows(window).reduce((sum, { flights }) => sum + flights, 0);
  }

  /** The window that missed the most flights. */
  mostMissed(window: WindowSize): LateWindow | undefined {
    return this.lateWindows(window).sort((a, b) => b.flights - a.flights)[0];
  }

  private lateWindows(window: WindowSize): LateWindow[] {
    return [...this.late.values()].filter((late) => late.window === window);
  }
}

function emptyTotal(delays: AirportDelays): AirportTotal {
  return { origin: delays.origin, name: nameOf(delays), flights: 0, delay: 0, worstDay: delays };
}

function isWorse(delays: AirportDelays, worst: AirportDelays): boolean {
  if (delays.flights < MIN_FLIGHTS_A_DAY) return false;
  return worst.flights < MIN_FLIGHTS_A_DAY || delays.meanDelay > worst.meanDelay;
}

// ── Text ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Progress {
  readonly flights: number;
  readonly flightsPerSecond: number;
  readonly watermark: number;
  readonly backPressurePercent: number;
}

function progressLine({ flights, flightsPerSecond, watermark, backPressurePercent }: Progress): string {
  return [
    `${count(flights).padStart(10)} flights`,
    `${count(flightsPerSecond).padStart(7)} flights/s`,
    `watermark ${Number.isFinite(watermark) ? minuteOf(watermark) : '-'.padEnd(16)}`,
    `back-pressure ${String(backPressurePercent).padStart(3)} %`,
  ].join('  ');
}

function worstLines(worst: readonly AirportDelays[]): readonly string[] {
  const [first] = worst;
  if (first === undefined) return ['', 'Waiting for the first day to be complete …'];
  return [
    '',
    `Longest delays on ${dayOf(first.start)}, in minutes`,
    row('', 'Airport', 'Flights', 'Mean', '95 %'),
    ...worst.map((delays, index) =>
      row(String(index + 1), nameOf(delays), count(delays.flights), minutes(delays.meanDelay), String(delays.p95Delay)),
    ),
  ];
}

const NUMBER_WIDTH = 11;
/** Where there is no terminal, nothing has to fit. */
const WIDE = 120;

/** The name of the airport gets what the terminal has left of the line. */
function row(rank: string, airport: string, ...numbers: readonly string[]): string {
  const figures = numbers.map((text) => text.padStart(NUMBER_WIDTH)).join('');
  const room = (process.stdout.columns ?? WIDE) - figures.length - 6;
  const nameWidth = Math.max(12, Math.min(50, room));
  return `${rank.padStart(4)}  ${airport.slice(0, nameWidth).padEnd(nameWidth)}${figures}`;
}

function summaryOf(
  board: DelayBoard,
  result: JobExecutionResult,
  metrics: readonly VertexMetrics[],
  output: string,
): readonly string[] {
  const flights = board.flights();
  const seconds = result.netRuntimeMs / 1_000;
  const [firstDay, lastDay] = board.firstAndLastDay();
  return [
    '',
    `The busiest airports from ${dayOf(firstDay)} to ${dayOf(lastDay)}: delays in minutes, and their worst day`,
    row('', 'Airport', 'Flights', 'Mean', 'Worst day', 'Mean', '95 %'),
    ...board.busiestAirports().map(({ name, flights: n, delay, worstDay }, index) => {
      const { start, meanDelay, p95Delay } = worstDay;
      return row(
        String(index + 1),
        name,
        count(n),
        minutes(delay / n),
        dayOf(start),
        minutes(meanDelay),
        String(p95Delay),
      );
    }),
    '',
    `${count(flights)} flights in ${seconds.toFixed(1)} s, ${count(flights / seconds)} a second`,
    `${count(metricOf(metrics, 'hourlyWindows'))} windows of one hour, ${count(metricOf(metrics, 'dailyWindows'))} of one day`,
    lateLine(board, '1 h', 'hour'),
    lateLine(board, '1 d', 'day'),
    `Results in ${output}/windows, late flights in ${output}/late`,
  ];
}

function lateLine(board: DelayBoard, window: WindowSize, name: string): string {
  const most = board.mostMissed(window);
  const late = `${count(board.lateFlights(window))} flights came too late for their ${name}`;
  if (most === undefined) return late;
  return `${late}: most, ${most.flights}, for ${most.origin} ${window === '1 d' ? dayOf(most.start) : minuteOf(most.start)}`;
}

function nameOf({ origin, airport }: AirportDelays): string {
  return airport === null ? origin : `${origin}  ${airport.name}, ${airport.city} ${airport.state}`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function minutes(value: number): string {
  return value.toFixed(1);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function minuteOf(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

// ── Progress ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function metricOf(vertices: readonly VertexMetrics[], name: string): number {
  const found = vertices.flatMap(({ metrics }) => Object.entries(metrics)).filter(([key]) => key.endsWith(`.${name}`));
  return found.reduce((sum, [, value]) => sum + value, 0);
}

/** Shows the job until the returned function is called. */
function showRepeatedly(job: JobClient, board: DelayBoard, screen: LiveTable | PlainLines): () => void {
  const speed = new Speed();
  let hasStopped = false;
  const show = async (): Promise<void> => {
    const vertices = await job.getVertexMetrics();
    const source = vertices.find(({ name }) => name.includes('flights'));
    const flights = source?.numRecordsIn ?? 0;
    const progress = {
      flights,
      flightsPerSecond: speed.perSecond(flights),
      watermark: source?.currentOutputWatermark ?? Number.NEGATIVE_INFINITY,
      backPressurePercent: Math.round(Math.max(0, ...vertices.map((v) => v.backPressuredTimeMsPerSecond)) / 10),
    };
    // An answer that comes late must not draw over the summary.
    if (!hasStopped) screen.show(progressLine(progress), board.worstOfLatestDay());
  };
  // Nothing can be asked of a job that has just ended, and nothing need be.
  const timer = setInterval(() => void show().catch(() => undefined), screen.intervalMs);
  return () => {
    hasStopped = true;
    clearInterval(timer);
  };
}

/** Metrics come less often than they are drawn: the speed is that between the last two changes. */
class Speed {
  private count = 0;
  private at = Date.now();
  private last = 0;

  perSecond(count: number): number {
    if (count !== this.count) {
      const now = Date.now();
      this.last = ((count - this.count) * 1_000) / Math.max(1, now - this.at);
      this.count = count;
      this.at = now;
    }
    return this.last;
  }
}

/** Draws over what it drew before. */
class LiveTable {
  readonly intervalMs = REDRAW_MS;
  private readonly terminal: NodeJS.WriteStream;
  private drawnLines = 0;

  constructor(terminal: NodeJS.WriteStream) {
    this.terminal = terminal;
  }

  show(progress: string, worst: readonly AirportDelays[]): void {
    this.draw([progress, ...worstLines(worst)]);
  }

  finish(summary: readonly string[]): void {
    this.draw([]);
    this.terminal.write(summary.map((line) => `${line}\n`).join(''));
  }

  private draw(lines: readonly string[]): void {
    const width = this.terminal.columns;
    const text = lines.map((line) => `${line.slice(0, width)}\n`).join('');
    const backToTop = this.drawnLines === 0 ? '' : `\x1b[${this.drawnLines}A`;
    this.terminal.write(`${backToTop}\x1b[J${text}`);
    this.drawnLines = lines.length;
  }
}

/** One line a second, for files and pipes. */
class PlainLines {
  readonly intervalMs = LINE_MS;
  private readonly stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream) {
    this.stream = stream;
  }

  show(progress: string, [worst]: readonly AirportDelays[]): void {
    const top =
      worst === undefined ? '' : `   worst on ${dayOf(worst.start)}: ${worst.origin} ${minutes(worst.meanDelay)} min`;
    this.stream.write(`${progress}${top}\n`);
  }

  finish(summary: readonly string[]): void {
    this.stream.write(`${summary.join('\n')}\n`);
  }
}
