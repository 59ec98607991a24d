/** The smallest job: says when it runs. */
import { StreamExecutionEnvironment } from 'flink-yarn';

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env
  .fromSequence(1, 3_000_000)
  .map((n) => n + 1)
  .filter((n) => n < 0)
  .print();
const job = await env.executeAsync('trivial');
const states = new Set(['RUNNING', 'FINISHED']);
while (!states.has(await job.getJobStatus())) await new Promise((resolve) => setTimeout(resolve, 5));
console.log('RUNNING');
await job.getJobExecutionResult();
