/** Fused runs of map and filter do what the functions do one after the other, and name who failed. */
import { expect } from 'chai';
import fc from 'fast-check';
import { isFlinkError } from '../../../../src/core/errors.js';
import { type FusedStage, fuse } from '../../../../src/taskmanager/task/fused-function.js';
import { decodeValue, encodeValue } from '../../../../src/serialization/value-codec.js';
import { RecordChecks } from '../../../../src/taskmanager/task/record-checks.js';

function stage(kind: 'map' | 'filter', fn: unknown, index: number): FusedStage {
  return { kind, name: `${kind} ${index}`, fn, index };
}

function errorOf(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('fuse', () => {
  it('gives what the functions give one after the other, with the timestamp unchanged', () => {
    const operators = fc.array(fc.constantFrom('map', 'filter') as fc.Arbitrary<'map' | 'filter'>, {
      minLength: 1,
      maxLength: 7,
    });
    fc.assert(
      fc.property(operators, fc.array(fc.integer()), (kinds, values) => {
        const map = (v: number): number => (v * 3 + 1) | 0;
        const filter = (v: number): boolean => v % 5 !== 0;
        const stages = kinds.map((kind, i) => stage(kind, kind === 'map' ? map : filter, i));
        const out: [unknown, number][] = [];
        const fused = fuse(stages, (value, timestamp) => out.push([value, timestamp]), new Float64Array(kinds.length));
        values.forEach((value, i) => fused(value, i));
        const expected = values.flatMap((value, i): [number, number][] => {
          let current = value;
          for (const kind of kinds) {
            if (kind === 'map') current = map(current);
            else if (!filter(current)) return [];
          }
          return [[current, i]];
        });
        expect(out).to.deep.equal(expected);
      }),
    );
  });

  it('counts what its first stage and each filter emit', () => {
    const emitted = new Float64Array(3);
    const fused = fuse(
      [
        stage('map', (v: number) => v + 1, 0),
        stage('filter', (v: number) => v % 2 === 0, 1),
        stage('map', (v: number) => v, 2),
      ],
      () => undefined,
      emitted,
    );
    for (let i = 0; i < 10; i++) fused(i, 0);
    expect([...emitted]).to.deep.equal([10, 5, 0]);
  });

  it('calls the method of functions that are objects, with their this', () => {
    const adder = {
      by: 5,
      map: function (this: { by: number }, v: number) {
        return v + this.by;
      },
    };
    const out: unknown[] = [];
    fuse([stage('map', adder, 0)], (value) => out.push(value), new Float64Array(1))(1, 0);
    expect(out).to.deep.equal([6]);
  });

  it('names the operator and the record when a function throws, and keeps the cause', () => {
    const cause = new RangeError('too far');
    const stages = [
      stage('map', (v: { id: number }) => v, 0),
      stage(
        'filter',
        () => {
          throw cause;
        },
        1,
      ),
    ];
    const error = errorOf(() => fuse(stages, () => undefined, new Float64Array(2))({ id: 7 }, 0));
    expect(isFlinkError(error) && error.code).to.equal('USER_FUNCTION_FAILED');
    expect((error as Error).message)
      .to.include("'filter 1'")
      .and.to.include('id: 7')
      .and.to.include('too far');
    expect((error as Error).cause).to.equal(cause);
  });

  it('lets errors of what follows the run pass unchanged', () => {
    const later = new Error('downstream');
    const fused = fuse(
      [stage('map', (v: number) => v, 0)],
      () => {
        throw later;
      },
      new Float64Array(1),
    );
    expect(errorOf(() => fused(1, 0))).to.equal(later);
  });

  it('refuses undefined as the result of a map', () => {
    const error = errorOf(() => fuse([stage('map', () => undefined, 0)], () => undefined, new Float64Array(1))(1, 0));
    expect(isFlinkError(error) && error.code).to.equal('UNDEFINED_RESULT');
  });

  it('finds promises and later changes of a record where records are checked', () => {
    const checks = [0, 1].map(
      (i) => new RecordChecks('sampled', `map ${i}`, { encode: encodeValue, decode: decodeValue }),
    );
    const promising = fuse([stage('map', async () => 1, 0)], () => undefined, new Float64Array(1), checks);
    expect(
      isFlinkError(errorOf(() => promising(1, 0))) && (errorOf(() => promising(1, 0)) as { code: string }).code,
    ).to.equal('ASYNC_RESULT');
    const mutating = fuse(
      [
        stage('map', (v: number) => ({ v }), 0),
        stage(
          'map',
          (r: { v: number }) => {
            r.v++;
            return r;
          },
          1,
        ),
      ],
      () => undefined,
      new Float64Array(2),
      checks,
    );
    const error = errorOf(() => mutating(1, 0));
    expect(isFlinkError(error) && error.code).to.equal('RECORD_MUTATED');
    expect((error as Error).message)
      .to.include("operator 'map 1'")
      .and.to.include('{ v: 1 } became { v: 2 }');
  });
});
