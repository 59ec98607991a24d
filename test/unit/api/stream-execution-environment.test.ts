import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parseFrame } from '../../../src/api/call-site.js';
import { setExecutionContext } from '../../../src/api/execution-context.js';
import { RestartStrategies } from '../../../src/api/restart-strategies.js';
import { StreamExecutionEnvironment } from '../../../src/api/stream-execution-environment.js';
import { flinkErrorOf, flinkRejectionOf } from '../../helpers/flink-errors.js';
import { environmentIn, fakeJobClient, recordingEnvironment } from '../../helpers/recording-environment.js';

describe('StreamExecutionEnvironment', () => {
  it('hands everything recorded since the last execute() to the executor', async () => {
    const { env, pipelines } = recordingEnvironment();
    env
      .fromData(1, 2)
      .map((n) => n + 1)
      .print();
    await env.execute('first');
    env.fromData('a').print();
    await env.execute('second');
    const kinds = pipelines.map(({ transformations }) =>
      transformations.map((transformation) => transformation.type === 'operator' && transformation.definition.kind),
    );
    expect(pipelines.map(({ jobName }) => jobName)).to.deep.equal(['first', 'second']);
    expect(kinds).to.deep.equal([['map', 'sink'], ['sink']]);
  });

  it('numbers the execute() calls of a program over all its environments', async () => {
    const { env, context, pipelines } = recordingEnvironment();
    const other = environmentIn(context);
    env.fromData(1).print();
    other.fromData(1).print();
    await Promise.all([env.executeAsync(), other.executeAsync()]);
    env.fromData(1).print();
    await env.executeAsync();
    expect(pipelines.map(({ executionIndex }) => executionIndex)).to.deep.equal([0, 1, 2]);
    const second = recordingEnvironment();
    second.env.fromData(1).print();
    await second.env.executeAsync();
    expect(second.pipelines[0]?.executionIndex).to.equal(0);
  });

  it('resolves execute() with the result, and rejects with the failure of the job', async () => {
    const { env } = recordingEnvironment();
    env.fromData(1).print();
    expect(await env.execute()).to.include({ jobName: 'test job', netRuntimeMs: 1 });
    const failing = recordingEnvironment({}, fakeJobClient([], new Error('the job failed')));
    failing.env.fromData(1).print();
    const reason = await failing.env.execute().catch((error: unknown) => error);
    expect(reason).to.have.property('message', 'the job failed');
  });

  it("names a job by the argument, else by pipeline.name, else as Flink does, and knows the caller's file", async () => {
    const { env, pipelines } = recordingEnvironment({ 'pipeline.name': 'configured' });
    env.fromData(1).print();
    await env.execute();
    env.configure({ 'pipeline.name': '' }).fromData(1).print();
    await env.execute();
    expect(pipelines.map(({ jobName }) => jobName)).to.deep.equal(['configured', 'Flink Streaming Job']);
    const thisFile = fileURLToPath(import.meta.url)
      .replace('/dist/', '/')
      .replace(/\.[jt]s$/, '');
    expect(pipelines[0]?.callerFile?.replace('/dist/', '/').replace(/\.[jt]s$/, '')).to.equal(thisFile);
  });

  it('refuses to execute nothing', async () => {
    const { env, pipelines } = recordingEnvironment();
    const error = await flinkRejectionOf('EMPTY_PIPELINE', env.execute());
    expect(error.message).to.equal('No operators defined in streaming topology. Cannot execute.');
    env.fromData(1);
    await flinkRejectionOf('EMPTY_PIPELINE', env.execute());
    expect(pipelines).to.deep.equal([]);
  });

  it('refuses the runtime mode BATCH by name, wherever it was set', async () => {
    const { env } = recordingEnvironment({ 'execution.runtime-mode': 'BATCH' });
    env.fromData(1).print();
    const error = await flinkRejectionOf('RUNTIME_MODE_NOT_SUPPORTED', env.execute());
    expect(error.message).to.include('execution.runtime-mode').and.to.include('BATCH');
    flinkErrorOf('RUNTIME_MODE_NOT_SUPPORTED', () => recordingEnvironment().env.setRuntimeMode('BATCH'));
  });

  it('lets the options of the program win over those from outside', async () => {
    const { env, pipelines } = recordingEnvironment({ 'parallelism.default': '4', 'pipeline.name': 'outside' });
    expect(env.getParallelism()).to.equal(4);
    env
      .setParallelism(2)
      .setMaxParallelism(64)
      .setBufferTimeout('5 ms')
      .disableOperatorChaining()
      .setRestartStrategy(RestartStrategies.fixedDelayRestart(3, '2 s'));
    env.getConfig().setAutoWatermarkInterval(50).enableObjectReuse().setGlobalJobParameters({ 'a:b': "it's, fine" });
    env.fromData(1).print();
    await env.execute();
    expect(pipelines[0]?.configuration.toObject()).to.deep.equal({
      'execution.buffer-timeout.interval': '5 ms',
      'parallelism.default': '2',
      'pipeline.auto-watermark-interval': '50 ms',
      'pipeline.global-job-parameters': "'a:b':'it''s, fine'",
      'pipeline.max-parallelism': '64',
      'pipeline.name': 'outside',
      'pipeline.object-reuse': 'true',
      'pipeline.operator-chaining.enabled': 'false',
      'restart-strategy.fixed-delay.attempts': '3',
      'restart-strategy.fixed-delay.delay': '2000 ms',
      'restart-strategy.type': 'fixed-delay',
    });
    expect(env.getConfig().getGlobalJobParameters()).to.deep.equal({ 'a:b': "it's, fine" });
    expect(env.getConfig().getAutoWatermarkInterval()).to.equal(50);
    expect(env.getConfig().isObjectReuseEnabled()).to.equal(true);
  });

  it('takes options at creation, and a parallelism for a local environment', () => {
    const { context } = recordingEnvironment();
    expect(environmentIn(context, { 'parallelism.default': '3' }).getParallelism()).to.equal(3);
    setExecutionContext(context);
    try {
      expect(StreamExecutionEnvironment.createLocalEnvironment(5).getParallelism()).to.equal(5);
      expect(StreamExecutionEnvironment.createLocalEnvironment().getParallelism()).to.equal(1);
    } finally {
      setExecutionContext(undefined);
    }
  });

  it('refuses a wrong value of an option when it is set', () => {
    const { env } = recordingEnvironment();
    flinkErrorOf('CONFIG_INVALID_VALUE', () => env.configure({ 'pipeline.object-reuse': 'maybe' }));
    flinkErrorOf('CONFIG_INVALID_VALUE', () => env.configure({ 'pipeline.object-reuse': 'false' }));
    expect(env.getConfiguration().toObject()).to.deep.equal({});
    for (const parallelism of [0, -1, 1.5, Number.NaN]) {
      const error = flinkErrorOf('INVALID_PARALLELISM', () => env.setParallelism(parallelism));
      expect(error.message).to.include('environment').and.to.include(String(parallelism));
    }
    flinkErrorOf('INVALID_MAX_PARALLELISM', () => env.setMaxParallelism(32_769));
    flinkErrorOf('INVALID_DURATION', () => env.setBufferTimeout(-1));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => env.fromSequence(5, 1));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => RestartStrategies.fixedDelayRestart(-1, 0));
    expect(RestartStrategies.noRestart()).to.deep.equal({ 'restart-strategy.type': 'none' });
  });
});

describe('parseFrame', () => {
  it('reads the forms of stack frames that V8 prints', () => {
    const site = { file: '/home/a b/job.ts', line: 12, column: 7 };
    expect(parseFrame('    at main (/home/a b/job.ts:12:7)')).to.deep.equal(site);
    expect(parseFrame('    at async main (file:///home/a%20b/job.ts:12:7)')).to.deep.equal(site);
    expect(parseFrame('    at async file:///home/a%20b/job.ts?tsx-namespace=1:12:7')).to.deep.equal(site);
    expect(parseFrame('    at Object.<anonymous> (/home/a b/job.ts:12:7)')).to.deep.equal(site);
    expect(parseFrame('    at node:internal/process/task_queues:95:5')).to.equal(undefined);
    expect(parseFrame('    at new Promise (<anonymous>)')).to.equal(undefined);
  });
});
