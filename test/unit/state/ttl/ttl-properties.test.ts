/** Random histories of states with a time to live against a plain model; cleanup must not show in what users read. */
import { expect } from 'chai';
import fc from 'fast-check';
import { listState, mapState, valueState } from '../../../../src/api/state.js';
import { StateTtlConfig, type StateTtlUpdateType } from '../../../../src/api/state-ttl-config.js';
import { HeapKeyedStateBackend } from '../../../../src/state/heap/heap-keyed-state-backend.js';
import { UserStateStores } from '../../../../src/state/ttl/user-state-stores.js';
import { ManualClock } from '../../../../src/testing/manual-clock.js';

const TTL = 10;
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'write' | 'read' | 'clear' | 'snapshot'; readonly key: number; readonly entry: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 6 }).map((ms): Step => ({ kind: 'wait', ms })) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('write', 'write', 'read', 'clear', 'snapshot'), fc.nat(KEYS.length - 1), fc.nat(2))
      .map(([kind, key, entry]) => ({ kind, key, entry }) as Step),
  },
);

/** What there should be: for each key, entries and the time since which they count. */
class Model {
  readonly entries = new Map<string, Map<number, { value: number; at: number }>>();
  private readonly updateType: StateTtlUpdateType;

  constructor(updateType: StateTtlUpdateType) {
    this.updateType = updateType;
  }

  of(key: string): Map<number, { value: number; at: number }> {
    let entries = this.entries.get(key);
    if (entries === undefined) this.entries.set(key, (entries = new Map()));
    return entries;
  }

  read(key: string, now: number): [number, number][] {
    const entries = this.of(key);
    for (const [entry, { at }] of entries) if (at + TTL <= now) entries.delete(entry);
    if (this.updateType === 'OnReadAndWrite') for (const each of entries.values()) each.at = now;
    return [...entries].map(([entry, { value }]) => [entry, value]);
  }
}

/** One kind of state, spoken to as a map of at most three entries. */
interface Subject {
  write(entry: number, value: number): void;
  read(): [number, number][];
  clear(): void;
}

const subjects: Readonly<Record<string, (stores: UserStateStores, config: StateTtlConfig) => Subject>> = {
  value: ({ keyed }, config) => {
    const state = keyed.getState(valueState<number>('s').enableTimeToLive(config));
    return {
      write: (_entry, value) => state.update(value),
      read: () => (state.value() === undefined ? [] : [[0, state.value() ?? 0]]),
      clear: () => state.clear(),
    };
  },
  map: ({ keyed }, config) => {
    const state = keyed.getMapState(mapState<number, number>('s').enableTimeToLive(config));
    return {
      write: (entry, value) => state.put(entry, value),
      read: () => [...state.entries()],
      clear: () => state.clear(),
    };
  },
  list: ({ keyed }, config) => {
    const state = keyed.getListState(listState<number>('s').enableTimeToLive(config));
    return {
      write: (_entry, value) => state.add(value),
      read: () => state.get().map((value, i) => [i, value]),
      clear: () => state.clear(),
    };
  },
};

function sorted(entries: readonly [number, number][], kind: string): unknown {
  return kind === 'map' ? entries.toSorted(([a], [b]) => a - b) : entries.map(([, value]) => value);
}

function check(kind: string, config: StateTtlConfig, history: readonly Step[]): void {
  const clock = new ManualClock(1_000);
  let backend = new HeapKeyedStateBackend(8);
  let subject = subjects[kind]!(new UserStateStores(backend, clock), config);
  let stores = new UserStateStores(backend, clock);
  subject = subjects[kind]!(stores, config);
  const model = new Model(config.updateType);
  history.forEach((each, value) => {
    if (each.kind === 'wait') return clock.advance(each.ms);
    const key = KEYS[each.key]!;
    backend.setCurrentKey(key, each.key);
    const entries = model.of(key);
    if (each.kind === 'write') {
      subject.write(each.entry, value);
      const entry = kind === 'value' ? 0 : kind === 'map' ? each.entry : value;
      entries.set(entry, { value, at: clock.now() });
    } else if (each.kind === 'clear') {
      subject.clear();
      entries.clear();
    } else if (each.kind === 'read') {
      expect(sorted(subject.read(), kind)).to.deep.equal(sorted(model.read(key, clock.now()), kind));
    } else {
      const snapshot = stores.snapshotState();
      backend = new HeapKeyedStateBackend(8);
      backend.restoreState(snapshot);
      stores = new UserStateStores(backend, clock);
      subject = subjects[kind]!(stores, config);
    }
  });
}

describe('State with a time to live, over random histories', () => {
  for (const kind of Object.keys(subjects)) {
    for (const updateType of ['OnCreateAndWrite', 'OnReadAndWrite'] as const) {
      for (const cleanupSize of [0, 1, 5]) {
        it(`${kind}, ${updateType}, ${cleanupSize} keys a cleanup`, () => {
          const builder = StateTtlConfig.newBuilder(TTL).setUpdateType(updateType);
          if (cleanupSize === 0) builder.disableCleanupInBackground();
          else builder.cleanupIncrementally(cleanupSize, cleanupSize === 1);
          const config = builder.build();
          fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (history) => check(kind, config, history)));
        });
      }
    }
  }
});
