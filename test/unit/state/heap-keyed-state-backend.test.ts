import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { aggregatingState, listState, mapState, reducingState, valueState } from '../../../src/api/state.js';
import type { Key } from '../../../src/api/key.js';
import { HeapKeyedStateBackend } from '../../../src/state/heap/heap-keyed-state-backend.js';

const COUNT = valueState<number>('count');
const average = {
  createAccumulator: () => ({ sum: 0, count: 0 }),
  add: (value: number, acc: { sum: number; count: number }) => ({ sum: acc.sum + value, count: acc.count + 1 }),
  getResult: (acc: { sum: number; count: number }) => acc.sum / acc.count,
  merge: (a: { sum: number; count: number }, b: { sum: number; count: number }) => ({
    sum: a.sum + b.sum,
    count: a.count + b.count,
  }),
};

function backendAt(key: Key, keyGroup = 0): HeapKeyedStateBackend {
  const backend = new HeapKeyedStateBackend(8);
  backend.setCurrentKey(key, keyGroup);
  return backend;
}

/** Entries in an order that does not depend on the order in which namespaces and keys came. */
function normalized(backend: HeapKeyedStateBackend): unknown {
  return backend.snapshotState().map(({ keyGroup, states }) => ({
    keyGroup,
    states: states.map(({ name, kind, entries }) => ({
      name,
      kind,
      entries: entries.map((entry) => inspect(entry)).sort(),
    })),
  }));
}

describe('HeapKeyedStateBackend', () => {
  it('keeps a value per key', () => {
    const backend = backendAt('a', 1);
    const count = backend.getState(COUNT);
    expect(count.value()).to.equal(undefined);
    count.update(1);
    backend.setCurrentKey('b', 2);
    expect(count.value()).to.equal(undefined);
    count.update(2);
    backend.setCurrentKey('a', 1);
    expect(count.value()).to.equal(1);
    count.clear();
    expect(count.value()).to.equal(undefined);
    expect(backend.numEntries()).to.equal(1);
  });

  it('tells 1, "1" and 1n apart, and takes equal dates and tuples for the same key', () => {
    const backend = backendAt(1);
    const count = backend.getState(COUNT);
    const keys: Key[] = [1, '1', 1n, true, new Date(1), [1, 'x'], ['1', 'x']];
    keys.forEach((key, i) => {
      backend.setCurrentKey(key, 0);
      count.update(i);
    });
    const again: Key[] = [1, '1', 1n, true, new Date(1), [1, 'x'], ['1', 'x']];
    again.forEach((key, i) => {
      backend.setCurrentKey(key, 0);
      expect(count.value()).to.equal(i);
    });
    backend.setCurrentKey(-0, 0);
    count.update(99);
    backend.setCurrentKey(0, 0);
    expect(count.value()).to.equal(99);
  });

  it('answers the default value where there is none', () => {
    const backend = backendAt('a');
    expect(backend.getState(valueState('n', 7)).value()).to.equal(7);
    expect(backend.numEntries()).to.equal(0);
  });

  it('forgets a value that is updated to undefined', () => {
    const backend = backendAt('a');
    const state = backend.getState(valueState<number | undefined>('n'));
    state.update(1);
    state.update(undefined);
    expect(backend.numEntries()).to.equal(0);
  });

  it('keeps lists', () => {
    const list = backendAt('a').getListState(listState<number>('l'));
    expect(list.get()).to.deep.equal([]);
    list.add(1);
    list.addAll([2, 3]);
    expect(list.get()).to.deep.equal([1, 2, 3]);
    const given = [9];
    list.update(given);
    list.add(10);
    expect(given).to.deep.equal([9]);
    expect(list.get()).to.deep.equal([9, 10]);
    list.update([]);
    expect(list.get()).to.deep.equal([]);
  });

  it('keeps maps, and nothing of an empty one', () => {
    const backend = backendAt('a');
    const map = backend.getMapState(mapState<string, number>('m'));
    expect(map.isEmpty).to.equal(true);
    map.put('x', 1);
    map.put('y', 2);
    expect([...map.entries()]).to.deep.equal([
      ['x', 1],
      ['y', 2],
    ]);
    expect([...map.keys()]).to.deep.equal(['x', 'y']);
    expect([...map.values()]).to.deep.equal([1, 2]);
    expect(map.has('x')).to.equal(true);
    map.remove('x');
    map.remove('y');
    expect(map.isEmpty).to.equal(true);
    expect([...map.entries(), ...map.keys(), ...map.values()]).to.deep.equal([]);
    expect(backend.numEntries()).to.equal(0);
  });

  it('folds reducing and aggregating state', () => {
    const backend = backendAt('a');
    const sum = backend.getReducingState(reducingState<number>('sum', (a, b) => a + b));
    const mean = backend.getAggregatingState(aggregatingState('mean', average));
    expect([sum.get(), mean.get()]).to.deep.equal([undefined, undefined]);
    for (const value of [1, 2, 6]) {
      sum.add(value);
      mean.add(value);
    }
    expect([sum.get(), mean.get()]).to.deep.equal([9, 3]);
  });

  it('refuses folding functions that return nothing or a promise', () => {
    const backend = backendAt('a');
    const forgetful = backend.getReducingState(reducingState<number>('r', (() => undefined) as never));
    forgetful.add(1);
    expect(() => forgetful.add(2))
      .to.throw()
      .with.property('code', 'UNDEFINED_RESULT');
    const later = backend.getAggregatingState(aggregatingState('a', { ...average, add: (async () => 1) as never }));
    expect(() => later.add(2))
      .to.throw("state 'a' returned a promise")
      .with.property('code', 'ASYNC_RESULT');
  });

  it('refuses two kinds of state of one name', () => {
    const backend = backendAt('a');
    backend.getState(COUNT);
    expect(() => backend.getListState(listState('count')))
      .to.throw("'count' was asked for as list state, but is value state")
      .with.property('code', 'STATE_CONFLICT');
    backend.getOperatorState('contents');
    expect(() => backend.getState(valueState('contents')))
      .to.throw('keeps for itself')
      .with.property('code', 'STATE_CONFLICT');
  });

  it('refuses access without a current key', () => {
    const backend = new HeapKeyedStateBackend(8);
    const count = backend.getState(COUNT);
    const attempts = [() => count.value(), () => count.update(1), () => count.clear(), () => backend.currentKey];
    for (const attempt of attempts) expect(attempt).to.throw().with.property('code', 'NO_CURRENT_KEY');
    backend.setCurrentKey('a', 0);
    count.update(1);
    backend.clearCurrentKey();
    for (const attempt of attempts) expect(attempt).to.throw().with.property('code', 'NO_CURRENT_KEY');
  });

  it('separates namespaces, which the store for users does not see', () => {
    const backend = backendAt('a');
    const following = backend.namespaced.getState(COUNT);
    const global = backend.getState(COUNT);
    backend.setCurrentNamespace('w1');
    following.update(1);
    global.update(10);
    backend.setCurrentNamespace('w2');
    expect(following.value()).to.equal(undefined);
    expect(global.value()).to.equal(10);
    following.update(2);
    backend.setCurrentNamespace('w1');
    expect(following.value()).to.equal(1);
  });

  it('drops a namespace for all keys, or for one', () => {
    const backend = backendAt('a', 1);
    const state = backend.namespaced.getState(COUNT);
    for (const namespace of [1, 2]) {
      backend.setCurrentNamespace(namespace);
      for (const [key, group] of [
        ['a', 1],
        ['b', 1],
        ['c', 5],
      ] as const) {
        backend.setCurrentKey(key, group);
        state.update(namespace);
      }
    }
    backend.clearNamespace(2);
    expect(state.value()).to.equal(undefined);
    expect(backend.numEntries()).to.equal(5);
    backend.dropNamespace(1);
    expect(backend.numEntries()).to.equal(2);
    backend.setCurrentNamespace(1);
    expect(state.value()).to.equal(undefined);
    state.update(7);
    expect(state.value()).to.equal(7);
  });

  it('forgets a dropped namespace also while it is the current one', () => {
    const backend = backendAt('a');
    const state = backend.namespaced.getState(COUNT);
    backend.setCurrentNamespace('w');
    state.update(1);
    backend.dropNamespace('w');
    expect(state.value()).to.equal(undefined);
    state.update(2);
    expect([state.value(), backend.numEntries()]).to.deep.equal([2, 1]);
    state.clear();
    state.update(3);
    expect([state.value(), backend.numEntries()]).to.deep.equal([3, 1]);
  });

  it('walks the keys of a namespace, over all key groups', () => {
    const backend = backendAt('a', 1);
    const state = backend.getOperatorState('s');
    const keys: [Key, number][] = [
      ['a', 1],
      [new Date(5), 1],
      [['t', 1], 7],
      [3, 0],
    ];
    for (const [key, group] of keys) {
      backend.setCurrentKey(key, group);
      backend.setCurrentNamespace('w');
      state.put(String(key));
    }
    const cursor = state.keysOf('w');
    const seen = new Map<string, unknown>();
    while (cursor.advance())
      seen.set(`${backend.currentKeyGroup}`, [seen.get(`${backend.currentKeyGroup}`), backend.currentKey, state.get()]);
    expect(seen.get('0')).to.deep.equal([undefined, 3, '3']);
    expect(seen.get('7')).to.deep.equal([undefined, ['t', 1], 't,1']);
    expect(seen.get('1')).to.deep.equal([[undefined, 'a', 'a'], new Date(5), String(new Date(5))]);
    expect(state.keysOf('other').advance()).to.equal(false);
    expect([...state.namespaces()]).to.deep.equal(['w']);
  });

  it('merges namespaces of folding state', () => {
    const backend = backendAt('a');
    const sum = reducingState<number>('sum', (a, b) => a + b);
    const mean = aggregatingState('mean', average);
    const list = listState<number>('list');
    for (const namespace of ['1', '2', '3']) {
      backend.setCurrentNamespace(namespace);
      backend.namespaced.getReducingState(sum).add(Number(namespace));
      backend.namespaced.getAggregatingState(mean).add(Number(namespace));
      backend.namespaced.getListState(list).add(Number(namespace));
    }
    for (const descriptor of [sum, mean, list]) backend.mergeNamespaces(descriptor as never, '1', ['2', '3', '4']);
    backend.setCurrentNamespace('1');
    expect(backend.namespaced.getReducingState(sum).get()).to.equal(6);
    expect(backend.namespaced.getAggregatingState(mean).get()).to.equal(2);
    expect(backend.namespaced.getListState(list).get()).to.deep.equal([1, 2, 3]);
    expect(backend.numEntries()).to.equal(3);
  });

  it('says so when an aggregate function cannot merge', () => {
    const backend = backendAt('a');
    const { merge: _, ...withoutMerge } = average;
    const mean = aggregatingState('mean', withoutMerge);
    for (const namespace of ['1', '2']) {
      backend.setCurrentNamespace(namespace);
      backend.namespaced.getAggregatingState(mean).add(1);
    }
    expect(() => backend.mergeNamespaces(mean as never, '1', ['2']))
      .to.throw()
      .with.property('code', 'AGGREGATE_CANNOT_MERGE');
  });

  it('gives the same handle for the same descriptor', () => {
    const backend = backendAt('a');
    expect(backend.getState(COUNT)).to.equal(backend.getState(COUNT));
  });

  describe('snapshot', () => {
    it('is grouped by key group and shares nothing with the live state', () => {
      const backend = backendAt('a', 3);
      const list = backend.getListState(listState<number>('l'));
      list.add(1);
      backend.setCurrentKey('b', 1);
      list.add(2);
      const snapshot = backend.snapshotState();
      list.add(3);
      expect(snapshot).to.deep.equal([
        { keyGroup: 1, states: [{ name: 'l', kind: 'list', entries: [['', 'b', [2]]] }] },
        { keyGroup: 3, states: [{ name: 'l', kind: 'list', entries: [['', 'a', [1]]] }] },
      ]);
    });

    it('restores to the same snapshot', () => {
      const access = fc.record({
        key: fc.oneof(fc.constantFrom<Key>('a', 'b', 1, 1n, true), fc.constant<Key>([1, 'x'])),
        namespace: fc.constantFrom('', 'w', 5),
        state: fc.constantFrom('s', 't'),
        value: fc.option(fc.integer()),
      });
      fc.assert(
        fc.property(fc.array(access), (accesses) => {
          const backend = new HeapKeyedStateBackend(8);
          for (const { key, namespace, state, value } of accesses) {
            backend.setCurrentKey(key, String(key).length % 8);
            backend.setCurrentNamespace(namespace);
            backend.namespaced.getState(valueState<number | undefined>(state)).update(value ?? undefined);
          }
          const restored = new HeapKeyedStateBackend(8);
          restored.restoreState(backend.snapshotState());
          expect(normalized(restored)).to.deep.equal(normalized(backend));
          expect(restored.numEntries()).to.equal(backend.numEntries());
        }),
      );
    });

    it('splits over the subtasks that own its key groups', () => {
      const backend = backendAt('a', 1);
      backend.getState(COUNT).update(1);
      const right = new HeapKeyedStateBackend(8, { start: 4, end: 7 });
      expect(() => right.restoreState(backend.snapshotState())).to.throw(
        'key group 1 was restored to the subtask of key groups 4 to 7',
      );
      const left = new HeapKeyedStateBackend(8, { start: 0, end: 3 });
      left.restoreState(backend.snapshotState());
      left.setCurrentKey('a', 1);
      expect(left.getState(COUNT).value()).to.equal(1);
    });

    it('names the state that cannot be stored', () => {
      const backend = backendAt('a');
      backend.getState(valueState('handler')).update((() => 1) as never);
      expect(() => backend.snapshotState())
        .to.throw("state 'handler' of key 'a'")
        .with.property('code', 'STATE_NOT_SERIALIZABLE');
    });

    it('keeps the kind of each state', () => {
      const backend = backendAt('a');
      backend.getState(COUNT).update(1);
      const restored = new HeapKeyedStateBackend(8);
      restored.restoreState(backend.snapshotState());
      expect(() => restored.getListState(listState('count')))
        .to.throw()
        .with.property('code', 'STATE_CONFLICT');
    });
  });
});
