/** Much from little, through the smallest buffers: one watermark fires 100,000 windows, and each step multiplies records. */
import { Duration, StreamExecutionEnvironment, TumblingEventTimeWindows, WatermarkStrategy } from 'flink-yarn';

const keys = Number(process.argv[2] ?? 100_000);
const env = StreamExecutionEnvironment.getExecutionEnvironment();

const perKey = env
  .fromSequence(0, keys - 1)
  .assignTimestampsAndWatermarks(WatermarkStrategy.forMonotonousTimestamps<number>().withTimestampAssigner(() => 1))
  .keyBy((n) => n)
  .window(TumblingEventTimeWindows.of(Duration.ofHours(1)))
  .reduce((a, b) => a + b)
  .flatMap<{ key: number; part: number }>((key, out) => {
    for (let part = 0; part < 3; part++) out.collect({ key, part });
  });
const even = perKey
  .filter(({ key }) => key % 2 === 0)
  .rebalance()
  .map((each) => each);
const odd = perKey
  .filter(({ key }) => key % 2 === 1)
  .broadcast()
  .map((each) => each);

const all = await even
  .union(odd)
  .keyBy(({ part }) => part)
  .map(({ key }) => ({ count: 1, sum: key }))
  .global()
  .keyBy(() => 'all')
  .reduce((a, b) => ({ count: a.count + b.count, sum: a.sum + b.sum }))
  .executeAndCollect('fan-out');

export const results = await all.toArray();
