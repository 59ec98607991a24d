import { expect } from 'chai';
import { OutputTag } from '../../../src/api/output-tag.js';
import type { JobGraph } from '../../../src/graph/job-graph.js';
import { planOf, streamGraphOf } from '../../helpers/recording-environment.js';

const names = (plan: JobGraph): string[] => plan.vertices.map(({ name }) => name);

describe('createJobGraph', () => {
  it('chains operators of equal parallelism that forward to each other', async () => {
    const plan = await planOf((env) => {
      env
        .fromSequence(1, 9)
        .name('x')
        .map((n) => n)
        .filter(() => true)
        .print()
        .name('y');
    });
    expect(names(plan)).to.deep.equal(['Source: x -> Map -> Filter -> Sink: y']);
    const [vertex] = plan.vertices;
    expect(vertex?.operators.map(({ kind }) => kind)).to.deep.equal(['source', 'map', 'filter', 'sink']);
    expect(vertex?.inputs).to.deep.equal([]);
    expect(vertex?.outputs).to.deep.equal([]);
    expect(vertex?.operators.map(({ inputs }) => inputs.length)).to.deep.equal([0, 1, 1, 1]);
  });

  it("prints branches of a chain as Flink's", async () => {
    const plan = await planOf((env) => {
      const mapped = env
        .fromSequence(1, 9)
        .name('x')
        .map((n) => n);
      mapped.filter(() => true).flatMap((n) => [n]);
      mapped.print().name('y');
    });
    expect(names(plan)).to.deep.equal(['Source: x -> Map -> (Filter -> Flat Map, Sink: y)']);
  });

  const program = (change: (stream: ReturnType<typeof mapped>) => unknown) => planOf((env) => void change(mapped(env)));
  const mapped = (env: Parameters<Parameters<typeof planOf>[0]>[0]) =>
    env
      .fromSequence(1, 9)
      .name('x')
      .map((n) => n);

  const cuts: Record<string, [cut: (stream: ReturnType<typeof mapped>) => unknown, expected: string[]]> = {
    'another parallelism': [(s) => s.filter(() => true).setParallelism(2), ['Source: x -> Map', 'Filter']],
    'a partitioner other than forward': [(s) => s.rebalance().filter(() => true), ['Source: x -> Map', 'Filter']],
    'keyBy, also with parallelism 1': [(s) => s.keyBy((n) => n).reduce((a) => a), ['Source: x -> Map', 'Keyed Reduce']],
    'another slot sharing group': [
      (s) => s.filter(() => true).slotSharingGroup('other'),
      ['Source: x -> Map', 'Filter'],
    ],
    'disableChaining on both sides': [(s) => s.disableChaining().filter(() => true), ['Source: x', 'Map', 'Filter']],
    'startNewChain before, not after': [(s) => s.startNewChain().filter(() => true), ['Source: x', 'Map -> Filter']],
    'several inputs': [(s) => s.union(s).filter(() => true), ['Source: x -> Map', 'Filter']],
    'a second input': [(s) => s.connect(s).map({ map1: (a) => a, map2: (b) => b }), ['Source: x -> Map', 'Co-Map']],
  };
  for (const [what, [cut, expected]] of Object.entries(cuts)) {
    it(`cuts the chain at ${what}`, async () => {
      expect(names(await program(cut))).to.deep.equal(expected);
    });
  }

  it('chains across different max parallelism unless the option forbids it, with that of the head', async () => {
    const build: Parameters<typeof planOf>[0] = (env) => {
      env
        .fromSequence(1, 9)
        .name('x')
        .setMaxParallelism(50)
        .map((n) => n)
        .setMaxParallelism(60);
    };
    const chained = await planOf(build);
    expect(names(chained)).to.deep.equal(['Source: x -> Map']);
    expect(chained.vertices[0]?.maxParallelism).to.equal(50);
    const option = 'pipeline.operator-chaining.chain-operators-with-different-max-parallelism';
    expect(names(await planOf(build, { [option]: 'false' }))).to.deep.equal(['Source: x', 'Map']);
  });

  it('makes a vertex of every operator when chaining is off', async () => {
    const plan = await planOf(
      (env) =>
        void env
          .disableOperatorChaining()
          .fromSequence(1, 9)
          .name('x')
          .map((n) => n)
          .print()
          .name('y'),
      { 'pipeline.operator-chaining.enabled': 'false' },
    );
    expect(names(plan)).to.deep.equal(['Source: x', 'Map', 'Sink: y']);
  });

  it('connects vertices by data sets that name edge, partitioner and consumer', async () => {
    const tag = new OutputTag<number>('late');
    const plan = await planOf(
      (env) => {
        const source = env.fromSequence(1, 9).name('x');
        const process = source
          .map((n) => n)
          .name('m')
          .process((n) => [n])
          .name('p');
        process
          .keyBy((n) => n)
          .reduce((a) => a)
          .name('r')
          .setParallelism(3);
        process.getSideOutput(tag).rescale().print().name('late').setParallelism(4);
      },
      { 'parallelism.default': '2' },
    );
    const [head, reduce, sink] = plan.vertices;
    expect(names(plan)).to.deep.equal(['Source: x -> m -> p', 'r', 'Sink: late']);
    const process = head?.operators[2];
    expect(head?.outputs.map(({ partitioner, consumer, edge }) => [partitioner, consumer, edge.from])).to.deep.equal([
      ['hash', reduce?.id, process?.id],
      ['rescale', sink?.id, process?.id],
    ]);
    expect(head?.outputs.map(({ edge }) => edge.sideOutputTag)).to.deep.equal([undefined, 'late']);
    expect(reduce?.inputs).to.deep.equal([
      {
        source: head?.outputs[0]?.id,
        sourceVertex: head?.id,
        distribution: 'ALL_TO_ALL',
        edgeId: head?.outputs[0]?.edge.edgeId,
        inputIndex: 0,
        partitioner: 'hash',
      },
    ]);
    expect(sink?.inputs[0]).to.include({ distribution: 'POINTWISE', source: head?.outputs[1]?.id });
    expect(plan.vertices.map(({ parallelism }) => parallelism)).to.deep.equal([2, 3, 4]);
    for (const { id } of head?.outputs ?? []) expect(id).to.match(/^[0-9a-f]{32}$/);
  });

  it('lists sources first and every vertex after those that feed it', async () => {
    const plan = await planOf((env) => {
      const a = env
        .fromSequence(1, 9)
        .name('a')
        .keyBy((n) => n)
        .reduce((n) => n)
        .name('ra');
      const b = env
        .fromSequence(1, 9)
        .name('b')
        .keyBy((n) => n)
        .reduce((n) => n)
        .name('rb');
      a.rebalance()
        .union(b.rebalance())
        .map((n) => n)
        .name('both')
        .print()
        .name('out');
    });
    expect(names(plan)).to.deep.equal(['Source: a', 'Source: b', 'ra', 'rb', 'both -> Sink: out']);
    const seen = new Set<string>();
    for (const vertex of plan.vertices) {
      for (const input of vertex.inputs) expect(seen.has(input.sourceVertex)).to.equal(true);
      seen.add(vertex.id);
    }
  });

  it('is plain data: equal after a round trip through JSON, and equal in every run', async () => {
    const build: Parameters<typeof planOf>[0] = (env) => {
      env
        .fromSequence(1, 9)
        .keyBy((n) => n)
        .reduce((a, b) => a + b)
        .print();
    };
    const options = { 'parallelism.default': '2' };
    const plan = await planOf(build, options);
    expect(JSON.parse(JSON.stringify(plan))).to.deep.equal(plan);
    expect(JSON.stringify(await planOf(build, options))).to.equal(JSON.stringify(plan));
    expect(plan).to.include({ version: 1, name: 'test job', planHash: (await streamGraphOf(build)).planHash });
    expect(plan.configuration).to.deep.equal(options);
  });

  it('connects round robin and broadcast edges all to all, forward edges pointwise', async () => {
    const plan = await planOf((env) => {
      const source = env.fromSequence(1, 9);
      source.rebalance().map((n) => n);
      source.broadcast().map((n) => n);
      source.global().map((n) => n);
      source
        .partitionCustom(
          (key: number) => key % 1,
          (n) => n,
        )
        .map((n) => n);
      source.shuffle().map((n) => n);
      source.map((n) => n).disableChaining();
    });
    const distributions = plan.vertices.flatMap(({ inputs }) =>
      inputs.map((edge) => [edge.partitioner, edge.distribution]),
    );
    expect(distributions).to.deep.equal([
      ['rebalance', 'ALL_TO_ALL'],
      ['broadcast', 'ALL_TO_ALL'],
      ['global', 'ALL_TO_ALL'],
      ['custom', 'ALL_TO_ALL'],
      ['shuffle', 'ALL_TO_ALL'],
      ['forward', 'POINTWISE'],
    ]);
  });
});
