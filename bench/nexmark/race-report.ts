/** The figures of a race as tables in Markdown, one for each mode and parallelism: for the terminal and the document. Pure. */
import { type Engine, type Figures, geometricMean, type Measure, ratios, type Spread } from './figures.js';
import { MODES } from './race-options.js';

const HEADER = [
  'query',
  'ours, events/s (whole job)',
  'Flink, events/s (whole job)',
  'ratio',
  'ours, events/CPU-s',
  'Flink, events/CPU-s',
  'ratio',
  'ours, peak MB',
  'Flink, peak MB (heap)',
  'ratio',
  'of the limit',
] as const;

/** Empty where there are no figures. */
export function raceReport(figures: readonly Figures[]): string {
  const parallelisms = [...new Set(figures.map(({ parallelism }) => parallelism))].sort((a, b) => a - b);
  const sections = MODES.flatMap((mode) =>
    parallelisms.map((parallelism) =>
      section(figures.filter((entry) => entry.mode === mode && entry.parallelism === parallelism)),
    ),
  );
  return sections.filter((text) => text !== '').join('\n');
}

function section(figures: readonly Figures[]): string {
  const [first] = figures;
  if (first === undefined) return '';
  const { mode, parallelism, cores, events } = first;
  const rounds = Math.max(...figures.map(({ runs }) => runs.length));
  const title = `### ${mode}, parallelism ${parallelism} on ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  const queries = [...new Set(figures.map(({ query }) => query))];
  const rows = queries.map((query) => row(figures.filter((entry) => entry.query === query)));
  const lines = [HEADER, HEADER.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [
    title,
    '',
    `${events} events, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}: medians; ratios round by round, median (min…max).`,
    '',
    ...lines,
    '',
    ...means(figures),
    '',
  ].join('\n');
}

function row(figures: readonly Figures[]): readonly string[] {
  const ours = byEngine(figures, 'flink-yarn');
  const theirs = byEngine(figures, 'flink');
  const limit = byEngine(figures, 'limit');
  const query = (ours ?? theirs ?? limit)?.query ?? '';
  const ratio = (measure: Measure): string =>
    ours === undefined || theirs === undefined ? '–' : spread(ratios(ours, theirs, measure));
  return [
    query === 'source' ? 'source only' : query,
    rateAndWhole(ours),
    rateAndWhole(theirs),
    ratio('eventsPerSecond'),
    ours === undefined ? '–' : rate(ours.eventsPerCpuSecond),
    theirs === undefined ? '–' : rate(theirs.eventsPerCpuSecond),
    ratio('eventsPerCpuSecond'),
    ours === undefined ? '–' : megabytes(ours.peakRssBytes),
    theirs === undefined ? '–' : `${megabytes(theirs.peakRssBytes)} (${theirs.heapGigabytes ?? '?'} GB)`,
    ratio('peakRssBytes'),
    ours === undefined || limit === undefined
      ? '–'
      : `${Math.round((100 * ours.eventsPerCpuSecond) / limit.eventsPerCpuSecond)} % of ${rate(limit.eventsPerCpuSecond)}`,
  ];
}

/** Over the queries; the source alone is none. */
function means(figures: readonly Figures[]): readonly string[] {
  const queries = [...new Set(figures.map(({ query }) => query))].filter((query) => query !== 'source');
  const pairs = queries.flatMap((query) => {
    const ofQuery = figures.filter((entry) => entry.query === query);
    const ours = byEngine(ofQuery, 'flink-yarn');
    const theirs = byEngine(ofQuery, 'flink');
    return ours === undefined || theirs === undefined ? [] : [{ ours, theirs }];
  });
  if (pairs.length === 0) return [];
  const mean = (measure: Measure): string =>
    times(geometricMean(pairs.map(({ ours, theirs }) => ratios(ours, theirs, measure).median)));
  return [
    `Geometric mean over ${pairs.length} queries: events/s ${mean('eventsPerSecond')}, ` +
      `events/CPU-s ${mean('eventsPerCpuSecond')}, peak memory ${mean('peakRssBytes')}.`,
  ];
}

function byEngine(figures: readonly Figures[], engine: Engine): Figures | undefined {
  return figures.find((entry) => entry.engine === engine);
}

function rateAndWhole(figures: Figures | undefined): string {
  return figures === undefined ? '–' : `${rate(figures.eventsPerSecond)} (${rate(figures.wholeEventsPerSecond)})`;
}

function rate(eventsPerSecond: number): string {
  return eventsPerSecond >= 1e6 ? `${(eventsPerSecond / 1e6).toFixed(2)} M` : `${Math.round(eventsPerSecond / 1e3)} k`;
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}

function spread({ min, median, max }: Spread): string {
  return `**${times(median)}** (${min.toFixed(2)}…${max.toFixed(2)})`;
}

function times(value: number): string {
  return `${value.toFixed(2)} ×`;
}
