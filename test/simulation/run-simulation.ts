/**
 * Runs seeded schedules and says what they found:
 * `node dist/test/simulation/run-simulation.js --schedules 1000 --seed 1 [--plant slot-leak] [--trace]`.
 */
import { parseArgs } from 'node:util';
import { runSchedule, type ScheduleReport } from '../../src/testing/simulation/simulation.js';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    plant: { type: 'string' },
    trace: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
  },
});

const planted = values.plant === undefined ? new Map<string, number>() : new Map([[values.plant, 0.02]]);
const first = Number(values.seed);
const count = Number(values.schedules);
const hits = new Map<string, number>();
const statuses = new Map<string, number>();
let events = 0;
let violations = 0;
const startedMs = performance.now();

for (let seed = first; seed < first + count; seed++) {
  const report = await runSchedule(seed, { planted, ...(values.trace ? { trace: (line) => console.log(line) } : {}) });
  book(report);
  if (report.violation === undefined) continue;
  violations++;
  console.log(`seed ${seed}: ${report.violation.message}`);
  if (values.trace) console.log(report.violation.stack, report.plan);
  if (!values['keep-going']) break;
}
summarize();
process.exitCode = violations > 0 ? 1 : 0;

function book(report: ScheduleReport): void {
  events += report.numEvents;
  statuses.set(report.status, (statuses.get(report.status) ?? 0) + 1);
  for (const [kind, n] of report.hits) hits.set(kind, (hits.get(kind) ?? 0) + n);
}

function summarize(): void {
  const run = [...statuses.values()].reduce((a, b) => a + b, 0);
  const seconds = (performance.now() - startedMs) / 1_000;
  const total = [...hits.values()].reduce((a, b) => a + b, 0);
  console.log(`${run} schedules, ${violations} violations, ${Math.round((run / seconds) * 60)} schedules per minute, ${Math.round(events / run)} events each`);
  console.log(`outcomes: ${[...statuses].map(([status, n]) => `${status} ${n}`).join(', ')}`);
  console.log(`faults that hit: ${(total / run).toFixed(1)} a schedule: ${[...hits].sort((a, b) => b[1] - a[1]).map(([kind, n]) => `${kind} ${n}`).join(', ')}`);
}
