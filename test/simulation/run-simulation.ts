/**
 * Runs seeded schedules and says what they found:
 * `node dist/test/simulation/run-simulation.js --schedules 1000 --seed 1 [--plant slot-leak] [--keep-going] [--trace]`.
 * The exit code is 1 when a rule was broken or the faults hit less than twice a schedule.
 */
import { parseArgs } from 'node:util';
import { runSchedule } from '../../src/testing/simulation/simulation.js';
import { ScheduleStatistics } from './schedule-statistics.js';

const MIN_HITS_PER_SCHEDULE = 2;
/** How often a planted fault point is hit when it is passed. */
const PLANTED_PROBABILITY = 0.02;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    plant: { type: 'string' },
    'keep-going': { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
  },
});
const planted = new Map(values.plant === undefined ? [] : [[values.plant, PLANTED_PROBABILITY]]);
const trace = values.trace ? { trace: (line: string) => console.log(line) } : {};
const first = Number(values.seed);
const statistics = new ScheduleStatistics();

for (let seed = first; seed < first + Number(values.schedules); seed++) {
  const report = await runSchedule(seed, { planted, ...trace });
  statistics.add(report);
  if (values.trace) console.log(report.plan, `trace hash ${report.traceHash}`);
  if (report.violation === undefined) continue;
  console.log(`seed ${seed}: ${values.trace ? report.violation.stack : report.violation.message}`);
  if (!values['keep-going']) break;
}
for (const line of statistics.summary()) console.log(line);
const isTooCalm = statistics.numSchedules > 1 && statistics.hitsPerSchedule < MIN_HITS_PER_SCHEDULE;
if (isTooCalm)
  console.log(`the faults hit less than ${MIN_HITS_PER_SCHEDULE} times a schedule: such a run shows little`);
process.exitCode = statistics.violations.length > 0 || isTooCalm ? 1 : 0;
