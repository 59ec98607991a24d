/** Two jobs that count: the second is built from what the first counted. The argument is the number of records. */
import {
  AverageAccumulator,
  DiscardingSink,
  IntCounter,
  ListAccumulator,
  type RuntimeContext,
  StreamExecutionEnvironment,
} from 'flink-yarn';

const records = Number(process.argv[2] ?? '1000');
const env = StreamExecutionEnvironment.getExecutionEnvironment();

class Halves {
  private readonly even = new IntCounter();
  private readonly average = new AverageAccumulator();
  private readonly subtasks = new ListAccumulator<{ readonly subtask: number }>();

  open(context: RuntimeContext): void {
    context.addAccumulator('even', this.even);
    context.addAccumulator('average', this.average);
    context.addAccumulator('subtasks', this.subtasks);
    this.subtasks.add({ subtask: context.taskInfo.indexOfThisSubtask });
  }

  map(n: number): number {
    if (n % 2 === 0) this.even.add(1);
    this.average.add(n);
    return n;
  }
}

env
  .fromSequence(1, records)
  .map(new Halves())
  .keyBy((n) => n % 10)
  .reduce((a, b) => a + b)
  .sinkTo(new DiscardingSink<number>());
const first = await env.execute('counting');

const even = first.getAccumulatorResult<number>('even') ?? 0;
class CountAgain {
  private counter!: IntCounter;

  open(context: RuntimeContext): void {
    this.counter = context.getIntCounter('again');
  }

  filter(n: number): boolean {
    this.counter.add(1);
    return n > even;
  }
}
env.fromSequence(1, even).filter(new CountAgain()).sinkTo(new DiscardingSink<number>());
const second = await env.execute('counting again');

export const results = first.getAllAccumulatorResults();
export const again = second.getAccumulatorResult('again');
export const unknown = second.getAccumulatorResult('even');
