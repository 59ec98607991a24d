import { expect } from 'chai';
import fc from 'fast-check';
import type { Key } from '../../../src/api/key.js';
import { keyGroupFor, keyGroupRange } from '../../../src/serialization/key-encoding.js';
import { HeapKeyedStateBackend } from '../../../src/state/heap/heap-keyed-state-backend.js';
import type { KeyGroupState, Namespace } from '../../../src/state/keyed-state-backend.js';

const MAX_PARALLELISM = 12;
/** So small that a few dozen keys fill several segments. */
const MAX_SLOTS = 16;

type Operation =
  | { readonly kind: 'put'; readonly key: Key; readonly namespace: Namespace; readonly value: unknown }
  | { readonly kind: 'remove' | 'get'; readonly key: Key; readonly namespace: Namespace }
  | { readonly kind: 'drop'; readonly namespace: Namespace }
  | { readonly kind: 'restore'; readonly parallelism: number };

/** Integers of 32 bits and what lies beside them, then keys that are no numbers. */
const intKey = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -40, max: 80 }) }, fc.integer());
const numberKey = fc.oneof(
  { weight: 5, arbitrary: intKey },
  fc.constantFrom(-0, 0.5, 2 ** 31, -(2 ** 31), 1e300, 5e-324, 1_436_918_400_000, Number.MAX_SAFE_INTEGER),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const anyKey = fc.oneof<fc.MaybeWeightedArbitrary<Key>[]>(
  { weight: 5, arbitrary: numberKey },
  fc.constantFrom<Key>('', 'a', '1', '\0x', 1n, true),
  fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y')),
);
const intValue = fc.integer();
const numberValue = fc.oneof(
  { weight: 4, arbitrary: intValue },
  fc.constantFrom(-0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, -(2 ** 31), 2 ** 53),
);
const anyValue = fc.oneof<fc.MaybeWeightedArbitrary<unknown>[]>(
  { weight: 3, arbitrary: numberValue },
  fc.constantFrom<unknown>('1', 1n, true, null, [1], { count: 1 }),
);

function operations(key: fc.Arbitrary<Key>, value: fc.Arbitrary<unknown>): fc.Arbitrary<Operation[]> {
  const namespace = fc.constantFrom<Namespace>('', 'w', 1_436_918_400_000);
  return fc.array(
    fc.oneof(
      { weight: 20, arbitrary: fc.record({ kind: fc.constant('put' as const), key, namespace, value }) },
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('remove' as const), key, namespace }) },
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('get' as const), key, namespace }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), namespace }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('restore' as const), parallelism: fc.integer({ min: 1, max: 12 }) }),
      },
    ),
    { maxLength: 200, size: 'max' },
  );
}

/** A state over the subtasks of an operator, as many as there are now. */
class Subtasks {
  private backends: HeapKeyedStateBackend[] = [];

  constructor(parallelism: number) {
    this.restore(parallelism, []);
  }

  at(key: Key, namespace: Namespace) {
    const keyGroup = keyGroupFor(key, MAX_PARALLELISM);
    const owner = this.backends.find(({ keyGroupRange: { start, end } }) => keyGroup >= start && keyGroup <= end);
    if (owner === undefined) throw new Error(`nobody owns key group ${keyGroup}`);
    owner.setCurrentKey(key, keyGroup);
    owner.setCurrentNamespace(namespace);
    return owner.getOperatorState('state');
  }

  drop(namespace: Namespace): void {
    for (const backend of this.backends) backend.dropNamespace(namespace);
  }

  rescale(parallelism: number): void {
    this.restore(
      parallelism,
      this.backends.flatMap((backend) => backend.snapshotState()),
    );
  }

  numEntries(): number {
    return this.backends.reduce((sum, backend) => sum + backend.numEntries(), 0);
  }

  /** What the cursors of the subtasks find. */
  entries(namespace: Namespace): [Key, unknown][] {
    return this.backends.flatMap((backend) => {
      backend.setCurrentNamespace(namespace);
      const state = backend.getOperatorState('state');
      const found: [Key, unknown][] = [];
      const cursor = state.keysOf(namespace);
      while (cursor.advance()) {
        expect(backend.currentKeyGroup).to.equal(keyGroupFor(backend.currentKey, MAX_PARALLELISM));
        found.push([backend.currentKey, state.get()]);
      }
      return found;
    });
  }

  private restore(parallelism: number, groups: readonly KeyGroupState[]): void {
    this.backends = Array.from({ length: parallelism }, (_, subtask) => {
      const range = keyGroupRange(MAX_PARALLELISM, parallelism, subtask);
      const backend = new HeapKeyedStateBackend(MAX_PARALLELISM, range, MAX_SLOTS);
      backend.restoreState(groups.filter(({ keyGroup }) => keyGroup >= range.start && keyGroup <= range.end));
      return backend;
    });
  }
}

/** The text of a key tells 1, 1n and '1' apart, and takes -0 as 0. */
function idOf(key: Key): string {
  const parts = Array.isArray(key) ? key : [key];
  return parts.map((part) => `${typeof part} ${String(part)}`).join(', ');
}

type Model = Map<Namespace, Map<string, [Key, unknown]>>;

function apply(operation: Operation, subtasks: Subtasks, model: Model): void {
  if (operation.kind === 'restore') return subtasks.rescale(operation.parallelism);
  const { namespace } = operation;
  const entries = model.get(namespace) ?? new Map<string, [Key, unknown]>();
  model.set(namespace, entries);
  if (operation.kind === 'drop') {
    subtasks.drop(namespace);
    entries.clear();
    return;
  }
  const id = idOf(operation.key);
  const state = subtasks.at(operation.key, namespace);
  const cell = state.in(namespace);
  expect(Object.is(state.get(), cell.get())).to.equal(true);
  if (operation.kind === 'put') {
    (entries.size % 2 === 0 ? state : cell).put(operation.value);
    entries.set(id, [operation.key, operation.value]);
  } else if (operation.kind === 'remove') {
    (entries.size % 2 === 0 ? state : cell).remove();
    entries.delete(id);
  }
  demandValue(state.get(), entries.get(id)?.[1]);
}

function demandValue(actual: unknown, expected: unknown): void {
  if (typeof expected === 'object') expect(actual).to.deep.equal(expected);
  else expect(Object.is(actual, expected), `${String(actual)} instead of ${String(expected)}`).to.equal(true);
}

function demandModel(subtasks: Subtasks, model: Model): void {
  let size = 0;
  for (const [namespace, entries] of model) {
    const found = new Map(subtasks.entries(namespace).map(([key, value]) => [idOf(key), value]));
    expect([...found.keys()].sort()).to.deep.equal([...entries.keys()].sort());
    for (const [id, value] of found) demandValue(value, entries.get(id)?.[1]);
    size += entries.size;
  }
  expect(subtasks.numEntries()).to.equal(size);
}

describe('keyed state in memory behaves like a Map, whatever is put in', () => {
  const cases: Record<string, fc.Arbitrary<Operation[]>> = {
    'integers by integer': operations(intKey, intValue),
    'numbers by number': operations(numberKey, numberValue),
    'anything by number': operations(numberKey, anyValue),
    'numbers by anything': operations(anyKey, numberValue),
    'anything by anything': operations(anyKey, anyValue),
  };
  for (const [name, steps] of Object.entries(cases)) {
    it(name, () => {
      fc.assert(
        fc.property(steps, fc.integer({ min: 1, max: 3 }), (script, parallelism) => {
          const subtasks = new Subtasks(parallelism);
          const model: Model = new Map();
          for (const operation of script) apply(operation, subtasks, model);
          demandModel(subtasks, model);
          subtasks.rescale(2);
          demandModel(subtasks, model);
        }),
        { numRuns: 30 },
      );
    });
  }

  it('integers that become everything else one after the other', () => {
    fc.assert(
      fc.property(
        operations(intKey, intValue),
        operations(numberKey, numberValue),
        operations(numberKey, anyValue),
        operations(anyKey, anyValue),
        (...scripts) => {
          const subtasks = new Subtasks(1);
          const model: Model = new Map();
          for (const operation of scripts.flat()) apply(operation, subtasks, model);
          demandModel(subtasks, model);
        },
      ),
      { numRuns: 15 },
    );
  });
});
