import { expect } from 'chai';
import {
  aggregatingState,
  type KeyedStateStore,
  listState,
  mapState,
  reducingState,
  valueState,
} from '../../../../src/api/state.js';
import { StateTtlConfig, type StateTtlConfigBuilder } from '../../../../src/api/state-ttl-config.js';
import { BroadcastStates } from '../../../../src/state/broadcast-states.js';
import { HeapKeyedStateBackend } from '../../../../src/state/heap/heap-keyed-state-backend.js';
import type { KeyGroupState } from '../../../../src/state/keyed-state-backend.js';
import { UserStateStores } from '../../../../src/state/ttl/user-state-stores.js';
import { ManualClock } from '../../../../src/testing/manual-clock.js';
import { flinkErrorOf } from '../../../helpers/flink-errors.js';

const TTL = 100;

function ttl(build: (builder: StateTtlConfigBuilder) => StateTtlConfigBuilder = (b) => b): StateTtlConfig {
  return build(StateTtlConfig.newBuilder(TTL).disableCleanupInBackground()).build();
}
const ON_READ = ttl((b) => b.updateTtlOnReadAndWrite());
const SHOWS_EXPIRED = ttl((b) => b.returnExpiredIfNotCleanedUp());

const mean = {
  createAccumulator: () => ({ sum: 0, count: 0 }),
  add: (value: number, acc: { sum: number; count: number }) => ({ sum: acc.sum + value, count: acc.count + 1 }),
  getResult: (acc: { sum: number; count: number }) => acc.sum / acc.count,
};

class Fixture {
  readonly clock: ManualClock;
  readonly backend = new HeapKeyedStateBackend(8);
  readonly stores: UserStateStores;

  constructor(restoreFrom: readonly KeyGroupState[] = [], now = 1_000) {
    this.clock = new ManualClock(now);
    this.backend.restoreState(restoreFrom);
    this.stores = new UserStateStores(this.backend, this.clock);
    this.backend.setCurrentKey('a', 0);
  }

  get store(): KeyedStateStore {
    return this.stores.keyed;
  }

  wait(ms: number): void {
    this.clock.advance(ms);
  }

  at<T>(key: string, run: () => T): T {
    this.backend.setCurrentKey(key, key.charCodeAt(0) % 8);
    return run();
  }
}

describe('State with a time to live', () => {
  let fixture: Fixture;

  beforeEach(() => {
    fixture = new Fixture();
  });

  /** Each kind with one thing in it, as `get` shows it. */
  const kinds: readonly {
    readonly kind: string;
    readonly open: (store: KeyedStateStore, config: StateTtlConfig) => { add(): void; get(): unknown; clear(): void };
    readonly full: unknown;
    readonly empty: unknown;
  }[] = [
    {
      kind: 'value',
      open: (store, config) => {
        const state = store.getState(valueState<string>('s').enableTimeToLive(config));
        return { add: () => state.update('x'), get: () => state.value(), clear: () => state.clear() };
      },
      full: 'x',
      empty: undefined,
    },
    {
      kind: 'list',
      open: (store, config) => {
        const state = store.getListState(listState<string>('s').enableTimeToLive(config));
        return { add: () => state.update(['x']), get: () => [...state.get()], clear: () => state.clear() };
      },
      full: ['x'],
      empty: [],
    },
    {
      kind: 'map',
      open: (store, config) => {
        const state = store.getMapState(mapState<string, string>('s').enableTimeToLive(config));
        return { add: () => state.put('k', 'x'), get: () => [...state.entries()], clear: () => state.clear() };
      },
      full: [['k', 'x']],
      empty: [],
    },
    {
      kind: 'reducing',
      open: (store, config) => {
        const descriptor = reducingState<string>('s', (a, b) => a + b).enableTimeToLive(config);
        const state = store.getReducingState(descriptor);
        return { add: () => state.add('x'), get: () => state.get(), clear: () => state.clear() };
      },
      full: 'x',
      empty: undefined,
    },
    {
      kind: 'aggregating',
      open: (store, config) => {
        const state = store.getAggregatingState(aggregatingState('s', mean).enableTimeToLive(config));
        return { add: () => state.add(7), get: () => state.get(), clear: () => state.clear() };
      },
      full: 7,
      empty: undefined,
    },
  ];

  for (const { kind, open, full, empty } of kinds) {
    describe(kind, () => {
      it('is there until its time is over, and then gone for good', () => {
        const state = open(fixture.store, ttl());
        state.add();
        fixture.wait(TTL - 1);
        expect(state.get()).to.deep.equal(full);
        fixture.wait(1);
        expect(state.get()).to.deep.equal(empty);
        expect(fixture.backend.numEntries()).to.equal(0);
      });

      it('gets new time from writing, and from reading only where that is wanted', () => {
        for (const [config, isKept] of [
          [ttl(), false],
          [ON_READ, true],
        ] as const) {
          fixture = new Fixture();
          const state = open(fixture.store, config);
          state.add();
          fixture.wait(60);
          expect(state.get()).to.deep.equal(full);
          fixture.wait(60);
          expect(state.get()).to.deep.equal(isKept ? full : empty);
        }
      });

      it('may be read once when it is over but still there, where that is wanted', () => {
        const state = open(fixture.store, SHOWS_EXPIRED);
        state.add();
        fixture.wait(TTL);
        expect(state.get()).to.deep.equal(full);
        expect(state.get()).to.deep.equal(empty);
      });

      it('begins anew after clear(), and when it is written after its time', () => {
        const state = open(fixture.store, ttl());
        state.add();
        state.clear();
        expect(state.get()).to.deep.equal(empty);
        fixture.wait(90);
        state.add();
        fixture.wait(TTL);
        state.add();
        fixture.wait(TTL - 1);
        expect(state.get()).to.deep.equal(full);
      });

      it('is left out of snapshots when it is over, and keeps its time through them', () => {
        const state = open(fixture.store, ttl());
        fixture.at('a', () => state.add());
        fixture.wait(60);
        fixture.at('b', () => state.add());
        fixture.wait(40);
        const entries = fixture.stores.snapshotState().flatMap(({ states }) => states.flatMap((s) => s.entries));
        expect(entries.map(([, key]) => key)).to.deep.equal(['b']);
        const restored = new Fixture(fixture.stores.snapshotState(), fixture.clock.now());
        const again = open(restored.store, ttl());
        restored.wait(59);
        expect(restored.at('b', () => again.get())).to.deep.equal(full);
        restored.wait(1);
        expect(restored.at('b', () => again.get())).to.deep.equal(empty);
      });

      it('goes by incremental cleanup without being asked for', () => {
        const config = ttl((b) => b.cleanupIncrementally(2, false));
        const state = open(fixture.store, config);
        for (const key of ['b', 'c', 'd', 'e', 'f']) fixture.at(key, () => state.add());
        fixture.wait(TTL);
        fixture.at('a', () => state.add());
        expect(fixture.backend.currentKey).to.equal('a');
        for (let i = 0; i < 4; i++) state.get();
        expect(fixture.backend.numEntries()).to.equal(1);
        expect(state.get()).to.deep.equal(full);
      });

      it('is cleaned up after a restore too', () => {
        const config = ttl((b) => b.cleanupIncrementally(2, false));
        const state = open(fixture.store, config);
        for (const key of ['b', 'c', 'd']) fixture.at(key, () => state.add());
        const restored = new Fixture(fixture.stores.snapshotState(), fixture.clock.now());
        const again = open(restored.store, config);
        expect(restored.backend.currentKey).to.equal('a');
        restored.wait(TTL);
        for (let i = 0; i < 3; i++) again.get();
        expect(restored.backend.numEntries()).to.equal(0);
      });
    });
  }

  describe('list', () => {
    const letters = (config = ttl()) => fixture.store.getListState(listState<string>('l').enableTimeToLive(config));

    it('gives each element its own time', () => {
      const state = letters();
      state.add('a');
      fixture.wait(60);
      state.addAll(['b', 'c']);
      expect(state.get()).to.deep.equal(['a', 'b', 'c']);
      fixture.wait(40);
      expect(state.get()).to.deep.equal(['b', 'c']);
      fixture.wait(60);
      expect(state.get()).to.deep.equal([]);
    });

    it('leaves single elements out of snapshots', () => {
      const state = letters();
      state.add('a');
      fixture.wait(60);
      state.add('b');
      fixture.wait(40);
      const restored = new Fixture(fixture.stores.snapshotState(), fixture.clock.now());
      expect(restored.store.getListState(listState<string>('l').enableTimeToLive(SHOWS_EXPIRED)).get()).to.deep.equal([
        'b',
      ]);
    });

    it('keeps what a caller was given as it was', () => {
      const state = letters(SHOWS_EXPIRED);
      state.add('a');
      fixture.wait(60);
      state.add('b');
      fixture.wait(40);
      const given = state.get();
      expect(given).to.deep.equal(['a', 'b']);
      expect(state.get()).to.deep.equal(['b']);
      expect(given).to.deep.equal(['a', 'b']);
    });

    it('is empty after update([]) and addAll([])', () => {
      const state = letters();
      state.add('a');
      state.update([]);
      state.addAll([]);
      expect(state.get()).to.deep.equal([]);
      expect(fixture.backend.numEntries()).to.equal(0);
    });
  });

  describe('map', () => {
    const ages = (config = ttl()) => fixture.store.getMapState(mapState<string, number>('m').enableTimeToLive(config));

    it('gives each entry its own time', () => {
      const state = ages();
      state.put('a', 1);
      fixture.wait(60);
      state.put('b', 2);
      fixture.wait(40);
      expect([state.get('a'), state.get('b'), state.has('a'), state.has('b')]).to.deep.equal([
        undefined,
        2,
        false,
        true,
      ]);
      expect([[...state.keys()], [...state.values()], state.isEmpty]).to.deep.equal([['b'], [2], false]);
      fixture.wait(60);
      expect(state.isEmpty).to.equal(true);
      expect(fixture.backend.numEntries()).to.equal(0);
    });

    it('gives new time to the entries that are read, and no others', () => {
      const state = ages(ON_READ);
      state.put('a', 1);
      state.put('b', 2);
      fixture.wait(60);
      state.get('a');
      fixture.wait(60);
      expect([...state.entries()]).to.deep.equal([['a', 1]]);
    });

    it('is gone when its last entry was removed', () => {
      const state = ages();
      state.put('a', 1);
      state.remove('b');
      state.remove('a');
      expect(fixture.backend.numEntries()).to.equal(0);
    });

    it('may be changed while it is walked', () => {
      const state = ages(ttl((b) => b.cleanupIncrementally(5, false)));
      for (const [i, key] of ['a', 'b', 'c'].entries()) state.put(key, i);
      for (const [key, value] of state.entries()) {
        state.remove(key);
        state.put(`${key}${key}`, value + 10);
        if (value >= 10) break;
      }
      expect([...state.keys()]).to.include.members(['bb', 'cc']);
    });
  });

  it('shows the default value of a value that is over', () => {
    const state = fixture.store.getState(valueState('v', 5).enableTimeToLive(ttl()));
    state.update(6);
    fixture.wait(TTL);
    expect(state.value()).to.equal(5);
  });

  it('refuses a folding function that returns nothing or a promise', () => {
    const reduce = ((a: number) => (a === 1 ? undefined : Promise.resolve(a))) as unknown as (
      a: number,
      b: number,
    ) => number;
    const state = fixture.store.getReducingState(reducingState<number>('r', reduce).enableTimeToLive(ttl()));
    state.add(1);
    expect(flinkErrorOf('UNDEFINED_RESULT', () => state.add(2)).message).to.include("'r'");
    state.clear();
    state.add(2);
    flinkErrorOf('ASYNC_RESULT', () => state.add(2));
    expect(state.get()).to.equal(2);
  });

  it('runs cleanup with every record where that is wanted, for all keys', () => {
    const config = ttl((b) => b.cleanupIncrementally(1, true));
    const state = fixture.store.getState(valueState<string>('v').enableTimeToLive(config));
    const other = fixture.store.getState(valueState<string>('w').enableTimeToLive(config));
    for (const key of ['b', 'c', 'd']) {
      fixture.at(key, () => state.update('x'));
      fixture.at(key, () => other.update('x'));
    }
    fixture.wait(TTL);
    expect(fixture.backend.numEntries()).to.equal(6);
    for (let i = 0; i < 4; i++) fixture.at('z', () => expect(fixture.backend.currentKey).to.equal('z'));
    expect(fixture.backend.numEntries()).to.equal(0);
  });

  it('goes without being asked for by default: 5 keys are looked at for each access', () => {
    const config = StateTtlConfig.newBuilder(TTL).build();
    const state = fixture.store.getState(valueState<string>('v').enableTimeToLive(config));
    for (let i = 0; i < 50; i++) fixture.at(`key ${i}`, () => state.update('x'));
    fixture.wait(TTL);
    for (let i = 0; i < 11; i++) fixture.at('a', () => state.value());
    expect(fixture.backend.numEntries()).to.equal(0);
  });

  it('wastes no cleanup on keys that have gone', () => {
    const config = ttl((b) => b.cleanupIncrementally(1, false));
    const state = fixture.store.getState(valueState<string>('v').enableTimeToLive(config));
    for (let i = 0; i < 100; i++) fixture.at(`key ${i}`, () => state.update('x'));
    for (let i = 0; i < 50; i++) fixture.at(`key ${i}`, () => state.clear());
    fixture.wait(TTL);
    for (let i = 0; i < 60; i++) fixture.at('a', () => state.value());
    expect(fixture.backend.numEntries()).to.equal(0);
    fixture.at('last', () => state.update('x'));
    fixture.wait(TTL);
    for (let i = 0; i < 3; i++) fixture.at('a', () => state.value());
    expect(fixture.backend.numEntries()).to.equal(0);
  });

  it('of a window goes with the window, and by itself', () => {
    const state = fixture.stores.namespaced.getState(valueState<string>('v').enableTimeToLive(ttl()));
    for (const window of [10, 20]) {
      fixture.backend.setCurrentNamespace(window);
      state.update(`of ${window}`);
    }
    expect(state.value()).to.equal('of 20');
    fixture.backend.setCurrentNamespace(10);
    expect(state.value()).to.equal('of 10');
    fixture.backend.clearNamespace(10);
    expect(state.value()).to.equal(undefined);
    fixture.backend.setCurrentNamespace(20);
    fixture.wait(TTL);
    expect(state.value()).to.equal(undefined);
    expect(fixture.backend.numEntries()).to.equal(0);
  });

  it('can be disabled by its configuration', () => {
    for (const config of [StateTtlConfig.DISABLED, ttl((b) => b.setUpdateType('Disabled'))]) {
      fixture = new Fixture();
      const state = fixture.store.getState(valueState<string>('v').enableTimeToLive(config));
      state.update('x');
      fixture.wait(1e12);
      expect(state.value()).to.equal('x');
    }
  });

  it('leaves states without one the backend’s own handles', () => {
    const descriptor = valueState<string>('v');
    expect(fixture.store.getState(descriptor)).to.equal(fixture.backend.getState(descriptor));
    expect(fixture.stores.snapshotState()).to.deep.equal(fixture.backend.snapshotState());
  });

  describe('conflicts', () => {
    it('names a state that has a time to live in one place and none in another', () => {
      fixture.store.getState(valueState<string>('v').enableTimeToLive(ttl()));
      const off = flinkErrorOf('STATE_CONFLICT', () => fixture.store.getState(valueState<string>('v')));
      expect(off.message).to.include("'v'").and.to.include('time to live');
      fixture.store.getState(valueState<string>('w'));
      const on = flinkErrorOf('STATE_CONFLICT', () =>
        fixture.store.getState(valueState<string>('w').enableTimeToLive(ttl())),
      );
      expect(on.message).to.include("'w'").and.to.include('time to live');
    });

    it('names a state with two times or kinds', () => {
      fixture.store.getState(valueState<string>('v').enableTimeToLive(ttl()));
      flinkErrorOf('STATE_CONFLICT', () => fixture.store.getState(valueState<string>('v').enableTimeToLive(ON_READ)));
      flinkErrorOf('STATE_CONFLICT', () => fixture.store.getListState(listState('v').enableTimeToLive(ttl())));
      fixture.store.getState(valueState<string>('v').enableTimeToLive(ttl()));
    });

    it('names a state that was stored as another kind', () => {
      fixture.store.getState(valueState<string>('v').enableTimeToLive(ttl())).update('x');
      const restored = new Fixture(fixture.stores.snapshotState());
      const error = flinkErrorOf('STATE_CONFLICT', () =>
        restored.store.getMapState(mapState('v').enableTimeToLive(ttl())),
      );
      expect(error.message).to.include("'v'").and.to.include('map');
    });

    it('refuses broadcast state', () => {
      const error = flinkErrorOf(
        'STATE_TTL_NOT_SUPPORTED',
        () => new BroadcastStates([mapState('rules').enableTimeToLive(ttl()) as never], 'join'),
      );
      expect(error.message).to.include("'rules'").and.to.include('broadcast');
    });
  });
});
