/** A compiled chain does what its steps do one after the other, as the interpreted one does, and names who failed. */
import { expect } from 'chai';
import fc from 'fast-check';
import { isFlinkError } from '../../../../src/core/errors.js';
import { decodeValue, encodeValue } from '../../../../src/serialization/value-codec.js';
import type { ChainStep, FunctionStep, Push } from '../../../../src/taskmanager/task/chain-step.js';
import { compileChain } from '../../../../src/taskmanager/task/compiled-chain.js';
import { interpretChain } from '../../../../src/taskmanager/task/interpreted-chain.js';
import { RecordChecks } from '../../../../src/taskmanager/task/record-checks.js';

const NOWHERE: ChainStep = { kind: 'push', push: () => undefined };

function checksOf(name: string): RecordChecks {
  return new RecordChecks('sampled', name, { encode: encodeValue, decode: decodeValue });
}

function step(
  kind: 'map' | 'filter',
  fn: unknown,
  { name = kind as string, counter = undefined as number | undefined, next = [NOWHERE] as readonly ChainStep[] } = {},
): FunctionStep {
  return { kind, name, fn, counter, next, checks: checksOf(name) };
}

function errorOf(run: () => void): { code?: string; message: string; cause?: unknown } {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

/** A tree of functions, and what is done with a record at its leaves. */
type Tree = { readonly kind: 'map' | 'filter'; readonly by: number; readonly next: readonly Tree[] } | 'push';

const trees = fc.letrec<{ tree: Tree; node: Tree }>((tie) => ({
  tree: fc.oneof({ maxDepth: 5, withCrossShrink: true }, fc.constant('push' as const), tie('node')),
  node: fc.record({
    kind: fc.constantFrom('map', 'filter'),
    by: fc.integer({ min: 1, max: 5 }),
    next: fc.array(tie('tree'), { maxLength: 3 }),
  }) as fc.Arbitrary<Tree>,
})).tree;

class Recorder {
  readonly out: [leaf: number, value: unknown, timestamp: number][] = [];
  private leaves = 0;
  private counters = 0;

  stepOf(tree: Tree): ChainStep {
    if (tree === 'push') {
      const leaf = this.leaves++;
      return { kind: 'push', push: (value, timestamp) => this.out.push([leaf, value, timestamp]) };
    }
    const { kind, by } = tree;
    const fn = kind === 'map' ? (v: number): number => (v * by + 1) | 0 : (v: number): boolean => v % (by + 1) !== 0;
    const counter = this.counters++;
    return step(kind, fn, { counter, next: tree.next.map((next) => this.stepOf(next)) });
  }
}

describe('compileChain', () => {
  it('does what the interpreted chain does, in the same order and with the same counts', () => {
    fc.assert(
      fc.property(fc.array(trees, { maxLength: 3 }), fc.array(fc.integer()), (roots, values) => {
        const run = (make: (steps: readonly ChainStep[], emitted: Float64Array) => Push) => {
          const recorder = new Recorder();
          const emitted = new Float64Array(400);
          const chain = make(
            roots.map((root) => recorder.stepOf(root)),
            emitted,
          );
          values.forEach((value, i) => chain(value, i));
          return { out: recorder.out, emitted: [...emitted] };
        };
        expect(run(compileChain)).to.deep.equal(run(interpretChain));
      }),
    );
  });

  it('gives each branch what its own steps make of the record', () => {
    const out: unknown[] = [];
    const collect = (name: string): ChainStep => ({ kind: 'push', push: (value) => out.push([name, value]) });
    const even = step('filter', (v: number) => v % 2 === 0, { next: [collect('even')] });
    const squares = step('map', (v: number) => v * v, { next: [collect('square'), collect('copy')] });
    const chain = compileChain([even, squares], new Float64Array(0));
    chain(2, 0);
    chain(3, 0);
    expect(out).to.deep.equal([
      ['even', 2],
      ['square', 4],
      ['copy', 4],
      ['square', 9],
      ['copy', 9],
    ]);
  });

  it('calls the method of functions that are objects, with their this', () => {
    const out: unknown[] = [];
    const adder = {
      by: 5,
      map(v: number): number {
        return v + this.by;
      },
    };
    const next: ChainStep[] = [{ kind: 'push', push: (value) => out.push(value) }];
    compileChain([step('map', adder, { next })], new Float64Array(1))(1, 0);
    expect(out).to.deep.equal([6]);
  });

  it('names the operator and the record that it got when a function throws, and keeps the cause', () => {
    const cause = new RangeError('too far');
    const fails = step(
      'filter',
      () => {
        throw cause;
      },
      { name: 'is near' },
    );
    const chain = compileChain([step('map', (id: number) => ({ id }), { next: [fails] })], new Float64Array(0));
    const error = errorOf(() => chain(7, 0));
    expect(error.code).to.equal('USER_FUNCTION_FAILED');
    expect(error.message).to.include("'is near'").and.to.include('id: 7').and.to.include('too far');
    expect(error.cause).to.equal(cause);
  });

  it('names an operator object that fails, and holds the task when it wants a flush', () => {
    const flow = { isHeld: false };
    const seen: unknown[] = [];
    const operator = {
      wantsFlush: false,
      processElement(value: unknown): void {
        if (value === 3) throw new Error('three');
        seen.push(value);
        this.wantsFlush = value === 2;
      },
    };
    const sink = { kind: 'operator', name: 'sink', operator, method: 'processElement', holds: flow };
    const chain = compileChain([sink as unknown as ChainStep], new Float64Array(0));
    chain(1, 0);
    expect(flow.isHeld).to.equal(false);
    chain(2, 0);
    expect(flow.isHeld).to.equal(true);
    expect(errorOf(() => chain(3, 0)).message)
      .to.include("'sink'")
      .and.to.include('three');
    expect(seen).to.deep.equal([1, 2]);
  });

  it('lets errors of what follows the chain pass unchanged', () => {
    const later = new Error('downstream');
    const next: ChainStep[] = [
      {
        kind: 'push',
        push: () => {
          throw later;
        },
      },
    ];
    const chain = compileChain([step('map', (v: number) => v, { next })], new Float64Array(1));
    expect(errorOf(() => chain(1, 0))).to.equal(later);
  });

  it('refuses undefined as the result of a map', () => {
    const chain = compileChain([step('map', () => undefined)], new Float64Array(1));
    expect(errorOf(() => chain(1, 0)).code).to.equal('UNDEFINED_RESULT');
  });
});

describe('interpretChain', () => {
  it('finds promises where a value is needed', () => {
    const chain = interpretChain([step('map', async () => 1)], new Float64Array(1));
    expect(errorOf(() => chain(1, 0)).code).to.equal('ASYNC_RESULT');
  });

  it('finds the step that changed the record before it', () => {
    const mutates = step(
      'map',
      (record: { v: number }) => {
        record.v++;
        return { ...record };
      },
      { name: 'counts up' },
    );
    const chain = interpretChain([step('map', (v: number) => ({ v }), { next: [mutates] })], new Float64Array(0));
    const error = errorOf(() => chain(1, 0));
    expect(isFlinkError(error) && error.code).to.equal('RECORD_MUTATED');
    expect(error.message).to.include("operator 'counts up'").and.to.include('{ v: 1 } became { v: 2 }');
  });

  it('finds a record of the producer that the first step changed', () => {
    const producer = checksOf('source');
    const record = { v: 1 };
    producer.check(record);
    const mutates = step('filter', (r: { v: number }) => r.v++ > 0, { name: 'counts' });
    const error = errorOf(() => interpretChain([mutates], new Float64Array(0), producer)(record, 0));
    expect(error.message).to.include("operator 'counts'");
  });
});
