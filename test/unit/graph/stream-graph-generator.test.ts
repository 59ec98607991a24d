import { expect } from 'chai';
import { OutputTag } from '../../../src/api/output-tag.js';
import { mapState } from '../../../src/api/state.js';
import { WatermarkStrategy } from '../../../src/api/watermark-strategy.js';
import { TumblingEventTimeWindows } from '../../../src/api/windows/tumbling-windows.js';
import type { StreamGraph, StreamNode } from '../../../src/graph/stream-graph.js';
import { flinkRejectionOf } from '../../helpers/flink-errors.js';
import { type Program, streamGraphOf } from '../../helpers/recording-environment.js';

/** `Map -hash-> Sink: out` */
function edgesOf(graph: StreamGraph): string[] {
  const name = (id: StreamNode['id']) => graph.nodeById.get(id)?.name;
  return [...graph.edgeById.values()].map((edge) => {
    const side = edge.sideOutputTag === undefined ? '' : `(${edge.sideOutputTag})`;
    const input = edge.inputIndex === 0 ? '' : ` #${edge.inputIndex + 1}`;
    return `${name(edge.from)}${side} -${edge.partitioner.kind}-> ${name(edge.to)}${input}`;
  });
}

describe('createStreamGraph', () => {
  it('has a node for each operator that the sinks read, in order of creation', async () => {
    const graph = await streamGraphOf((env) => {
      const numbers = env.fromSequence(1, 9);
      env.fromSequence(1, 9);
      numbers
        .map((n) => n)
        .name('double')
        .print()
        .name('out');
    });
    expect(graph.nodes.map(({ name }) => name)).to.deep.equal(['Source: Sequence Source', 'double', 'Sink: out']);
    expect(edgesOf(graph)).to.deep.equal(['Source: Sequence Source -forward-> double', 'double -forward-> Sink: out']);
    expect(graph.jobName).to.equal('test job');
  });

  it('resolves partitions, unions and side outputs into edges', async () => {
    const tag = new OutputTag<number>('odd');
    const graph = await streamGraphOf((env) => {
      const a = env
        .fromSequence(1, 9)
        .map((n) => n)
        .name('a');
      const b = env
        .fromSequence(1, 9)
        .map((n) => n)
        .name('b');
      const split = a
        .union(b)
        .shuffle()
        .process((n) => [n])
        .name('split');
      split
        .rebalance()
        .keyBy((n) => n)
        .reduce((x) => x)
        .name('sum');
      split
        .getSideOutput(tag)
        .global()
        .map((n) => n)
        .name('odds');
      split
        .union(split.getSideOutput(tag))
        .map((n) => n)
        .name('all');
    });
    expect(edgesOf(graph).slice(2)).to.deep.equal([
      'a -shuffle-> split',
      'b -shuffle-> split',
      'split -hash-> sum',
      'split(odd) -global-> odds',
      'split -forward-> all',
      'split(odd) -forward-> all',
    ]);
  });

  it('numbers the inputs of operators with two, and edges between the same operators', async () => {
    const graph = await streamGraphOf((env) => {
      const numbers = env.fromSequence(1, 9);
      const rules = numbers.broadcast(mapState<string, number>('rules'));
      numbers
        .keyBy((n) => n)
        .connect(rules)
        .process({ processElement: () => undefined, processBroadcastElement: () => undefined });
    });
    expect(edgesOf(graph)).to.deep.equal([
      'Source: Sequence Source -hash-> Co-Process-Broadcast-Keyed',
      'Source: Sequence Source -broadcast-> Co-Process-Broadcast-Keyed #2',
    ]);
    const [source, process] = graph.nodes as [StreamNode, StreamNode];
    expect(process.inEdges.map(({ id }) => id)).to.deep.equal([
      `${source.id}->${process.id}#0`,
      `${source.id}->${process.id}#1`,
    ]);
    expect(process.keySelectors[0]?.(7)).to.equal(7);
    expect(process.keySelectors[1]).to.equal(undefined);
  });

  it('takes parallelism from the operator, then the environment, within what a source can', async () => {
    const graph = await streamGraphOf(
      (env) => {
        const numbers = env
          .fromData(1, 2)
          .map((n) => n)
          .name('six')
          .setParallelism(6);
        numbers
          .map((n) => n)
          .name('four')
          .windowAll(TumblingEventTimeWindows.of(5) as never)
          .reduce((n) => n);
      },
      { 'parallelism.default': '4' },
    );
    expect(graph.nodes.map(({ name, parallelism }) => [name, parallelism])).to.deep.equal([
      ['Source: Collection Source', 1],
      ['six', 6],
      ['four', 4],
      ['TumblingEventTimeWindows', 1],
    ]);
    expect(edgesOf(graph)).to.deep.equal([
      'Source: Collection Source -rebalance-> six',
      'six -rebalance-> four',
      'four -hash-> TumblingEventTimeWindows',
    ]);
  });

  it('derives max parallelism as Flink does, unless it is set', async () => {
    const graph = await streamGraphOf(
      (env) => {
        const numbers = env.fromSequence(1, 9).name('10').setParallelism(10);
        numbers
          .map((n) => n)
          .name('200')
          .setParallelism(200);
        numbers
          .map((n) => n)
          .name('30000')
          .setParallelism(30_000);
        numbers
          .map((n) => n)
          .name('set')
          .setMaxParallelism(7);
      },
      { 'parallelism.default': '2' },
    );
    const max = graph.nodes.map((node) => node.maxParallelism);
    expect(max).to.deep.equal([128, 512, 32_768, 7]);
    const configured = await streamGraphOf((env) => void env.fromSequence(1, 2).print(), {
      'pipeline.max-parallelism': '40',
    });
    expect(configured.nodes.map((node) => node.maxParallelism)).to.deep.equal([40, 40]);
  });

  it('hands slot sharing groups down where all inputs agree', async () => {
    const graph = await streamGraphOf((env) => {
      const heavy = env.fromSequence(1, 9).name('a').slotSharingGroup('heavy');
      heavy.map((n) => n).name('b');
      heavy
        .union(env.fromSequence(1, 9))
        .map((n) => n)
        .name('c');
      heavy
        .map((n) => n)
        .name('d')
        .slotSharingGroup('default');
    });
    const groups = new Map(graph.nodes.map((node) => [node.name, node.slotSharingGroup]));
    expect([...'abcd'].map((name) => groups.get(name === 'a' ? 'Source: a' : name))).to.deep.equal([
      'heavy',
      'heavy',
      'default',
      'default',
    ]);
  });

  it('describes sources, sinks, windows and watermark strategies', async () => {
    const graph = await streamGraphOf((env) => {
      env
        .fromData(1, 2, 3)
        .assignTimestampsAndWatermarks(
          WatermarkStrategy.forBoundedOutOfOrderness<number>('5 s')
            .withTimestampAssigner((n) => n)
            .withIdleness('1 min'),
        )
        .keyBy((n) => n)
        .window(TumblingEventTimeWindows.of('1 h', '5 min'))
        .allowedLateness(7)
        .reduce((a) => a)
        .setDescription('a text of mine')
        .print('out');
      env
        .fromSequence(1, 2)
        .keyBy((n) => n)
        .countWindow(4)
        .reduce((a) => a);
    });
    expect(graph.nodes.map(({ description }) => description)).to.deep.equal([
      'CollectionSource(3 elements), NoWatermarks()',
      'BoundedOutOfOrderness(5000) with idleness 60000',
      'a text of mine',
      'PrintSink(out)',
      'NumberSequenceSource(1, 2), NoWatermarks()',
      'Window(GlobalWindows(), PurgingTrigger(CountTrigger(4)), reduce)',
    ]);
  });
});

describe('operator uids', () => {
  const program: Program = (env) => {
    const numbers = env.fromSequence(1, 9);
    const plus = numbers.map((n) => n + 1);
    numbers.map((n) => n + 2).print();
    plus
      .keyBy((n) => n)
      .reduce((a, b) => a + b)
      .uid('sums')
      .print();
  };

  it('are the same in every run, whatever the parallelism and the chaining', async () => {
    const uids = (graph: StreamGraph) => graph.nodes.map(({ uid, id }) => [uid, id]);
    const first = await streamGraphOf(program);
    const second = await streamGraphOf(program, {
      'parallelism.default': '7',
      'pipeline.operator-chaining.enabled': 'false',
    });
    expect(uids(second)).to.deep.equal(uids(first));
    expect(second.planHash).to.equal(first.planHash);
    expect([...second.edgeById.keys()]).to.deep.equal([...first.edgeById.keys()]);
    expect(first.planHash).to.match(/^[0-9a-f]{64}$/);
    for (const { id } of first.nodes) expect(id).to.match(/^[0-9a-f]{32}$/);
    expect(new Set(first.nodes.map(({ id }) => id)).size).to.equal(first.nodes.length);
  });

  it('number equal siblings in order of creation', async () => {
    const graph = await streamGraphOf(program);
    const maps = graph.nodes.filter(({ name }) => name === 'Map').map(({ uid }) => uid);
    expect(maps[1]).to.equal(`${maps[0]}-2`);
  });

  it('do not depend on operators elsewhere in the program', async () => {
    const more = await streamGraphOf((env) => {
      env
        .fromData('other')
        .filter(() => true)
        .print();
      program(env);
    });
    const known = new Set(more.nodes.map(({ uid }) => uid));
    for (const { uid } of (await streamGraphOf(program)).nodes) expect(known.has(uid)).to.equal(true);
  });

  it('stay the given ones, and say so', async () => {
    const given = (await streamGraphOf(program)).nodes.filter((node) => node.hasGivenUid);
    expect(given.map(({ uid }) => uid)).to.deep.equal(['sums']);
  });

  it('are refused when two operators have the same, with both and their lines', async () => {
    const error = await flinkRejectionOf(
      'DUPLICATE_UID',
      streamGraphOf((env) => {
        const numbers = env.fromSequence(1, 9);
        numbers
          .map((n) => n)
          .name('one')
          .uid('same')
          .print();
        numbers
          .filter(() => true)
          .name('two')
          .uid('same')
          .print();
      }),
    );
    expect(error.message).to.match(/'same': one \(.*test\.[jt]s:\d+:\d+\) and two \(.*test\.[jt]s:\d+:\d+\)$/);
  });

  it('are refused when an operator had the uid of another one before', async () => {
    await flinkRejectionOf(
      'DUPLICATE_UID',
      streamGraphOf((env) => {
        env
          .fromSequence(1, 9)
          .uid('new', { was: ['old'] })
          .map((n) => n)
          .uid('old')
          .print();
      }),
    );
  });
});

describe('the plan hash', () => {
  const hashOf = async (program: Program) => (await streamGraphOf(program)).planHash;
  const base: Program = (env) =>
    void env
      .fromSequence(1, 9)
      .map((n) => n)
      .uid('m')
      .print();

  const changes: Record<string, Program> = {
    'a name': (env) =>
      void env
        .fromSequence(1, 9)
        .map((n) => n)
        .uid('m')
        .name('other')
        .print(),
    'a uid': (env) =>
      void env
        .fromSequence(1, 9)
        .map((n) => n)
        .uid('other')
        .print(),
    'the kind of an operator': (env) =>
      void env
        .fromSequence(1, 9)
        .filter(() => true)
        .uid('m')
        .name('Map')
        .print(),
    'the description of a source': (env) =>
      void env
        .fromSequence(1, 10)
        .map((n) => n)
        .uid('m')
        .print(),
    'a partitioner': (env) =>
      void env
        .fromSequence(1, 9)
        .rebalance()
        .map((n) => n)
        .uid('m')
        .print(),
    'an edge': (env) => {
      const source = env.fromSequence(1, 9);
      source.map((n) => n).uid('m');
      source.print();
    },
  };

  for (const [what, program] of Object.entries(changes)) {
    it(`changes with ${what}`, async () => {
      expect(await hashOf(program)).not.to.equal(await hashOf(base));
    });
  }

  it('does not change with parallelism, chaining, slot sharing or the order of independent operators', async () => {
    const same = await hashOf((env) => {
      env
        .fromSequence(1, 9)
        .map((n) => n)
        .uid('m')
        .setParallelism(3)
        .disableChaining()
        .slotSharingGroup('g')
        .print();
    });
    expect(same).to.equal(await hashOf(base));
    const a: Program = (env) => void env.fromData('a').print('a');
    const b: Program = (env) => void env.fromSequence(1, 2).print('b');
    const both = (...programs: Program[]) => hashOf((env) => programs.forEach((program) => program(env)));
    expect(await both(a, b)).to.equal(await both(b, a));
  });
});

describe('refused plans', () => {
  it('name the operators between which forward() would change the parallelism', async () => {
    const error = await flinkRejectionOf(
      'FORWARD_PARALLELISM_MISMATCH',
      streamGraphOf(
        (env) =>
          void env
            .fromSequence(1, 9)
            .forward()
            .map((n) => n)
            .name('m')
            .setParallelism(3)
            .print(),
      ),
    );
    expect(error.message).to.match(/Source: Sequence Source \(.*\) with parallelism 1 to m \(.*\) with parallelism 3/);
  });

  it('name the operator whose parallelism is higher than its max parallelism', async () => {
    const error = await flinkRejectionOf(
      'PARALLELISM_EXCEEDS_MAX',
      streamGraphOf(
        (env) =>
          void env
            .fromSequence(1, 9)
            .map((n) => n)
            .name('m')
            .setParallelism(5)
            .setMaxParallelism(4)
            .print(),
      ),
    );
    expect(error.message).to.match(/^m \(.*\): the parallelism 5 is higher than the max parallelism 4$/);
    await flinkRejectionOf(
      'PARALLELISM_EXCEEDS_MAX',
      streamGraphOf((env) => void env.fromSequence(1, 9).print(), {
        'parallelism.default': '9',
        'pipeline.max-parallelism': '8',
      }),
    );
  });

  it('refuse parallelism and max parallelism from outside that cannot be', async () => {
    const program: Program = (env) => void env.fromSequence(1, 9).print();
    for (const value of ['0', '-1', 'two']) {
      await flinkRejectionOf('CONFIG_INVALID_VALUE', streamGraphOf(program, { 'parallelism.default': value }));
    }
    await flinkRejectionOf('INVALID_MAX_PARALLELISM', streamGraphOf(program, { 'pipeline.max-parallelism': '0' }));
    await flinkRejectionOf('INVALID_MAX_PARALLELISM', streamGraphOf(program, { 'pipeline.max-parallelism': '32769' }));
  });
});
