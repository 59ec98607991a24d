/** Counts per key into files; slow enough to be killed in the middle. Arguments: output folder, records. */
import { FileSink, StreamExecutionEnvironment } from 'flink-yarn';

const [output = '', records = '100000'] = process.argv.slice(2);
const env = StreamExecutionEnvironment.getExecutionEnvironment();
env
  .fromSequence(1, Number(records))
  .map((n) => ({ n, work: Array.from({ length: 200 }, (_, i) => n % (i + 1)).reduce((a, b) => a + b) }))
  .keyBy(({ n }) => n % 100)
  .reduce((a, b) => ({ n: Math.max(a.n, b.n), work: a.work + b.work }))
  .sinkTo(FileSink.forJsonLines<{ n: number; work: number }>(output));
const job = await env.executeAsync('restartable');
await job.getJobExecutionResult();
export const restarts = await job.getNumRestarts();
