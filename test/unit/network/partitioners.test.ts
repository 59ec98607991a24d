import { expect } from 'chai';
import { SeededRandom } from '../../../src/core/random.js';
import {
  ALL_CHANNELS,
  createChannelSelector,
  NO_KEY_GROUP,
  type PartitionerSpec,
} from '../../../src/network/partitioners.js';
import { keyGroupFor, keyGroupRange } from '../../../src/serialization/key-encoding.js';

function select(partitioner: PartitionerSpec, numChannels: number, values: readonly unknown[], seed = 1): number[] {
  const selector = createChannelSelector(partitioner, numChannels, 128, new SeededRandom(seed));
  return values.map((value) => selector.select(value));
}

const hundred = Array.from({ length: 100 }, (_, i) => i);

describe('channel selection', () => {
  it('of forward and global is the first channel', () => {
    expect(select({ kind: 'forward' }, 1, hundred)).to.deep.equal(hundred.map(() => 0));
    expect(select({ kind: 'global' }, 4, hundred)).to.deep.equal(hundred.map(() => 0));
  });

  it('of broadcast is every channel', () => {
    expect(select({ kind: 'broadcast' }, 4, [1])).to.deep.equal([ALL_CHANNELS]);
  });

  it('of rebalance goes round from a random channel', () => {
    const starts = new Set<number>();
    for (let seed = 0; seed < 50; seed++) {
      const channels = select({ kind: 'rebalance' }, 3, [0, 1, 2, 3], seed);
      const first = channels[0] as number;
      expect(channels).to.deep.equal([first, (first + 1) % 3, (first + 2) % 3, first]);
      starts.add(first);
    }
    expect(starts.size).to.equal(3);
  });

  it('of rescale goes round its share from the first', () => {
    expect(select({ kind: 'rescale' }, 2, [0, 1, 2])).to.deep.equal([0, 1, 0]);
  });

  it('of shuffle uses every channel, as the seed says', () => {
    const channels = select({ kind: 'shuffle' }, 4, hundred);
    expect(new Set(channels).size).to.equal(4);
    expect(select({ kind: 'shuffle' }, 4, hundred)).to.deep.equal(channels);
  });

  it('of hash is the owner of the key group, which travels with the record', () => {
    const selector = createChannelSelector(
      { kind: 'hash', keySelector: (value: { id: number }) => value.id },
      3,
      128,
      new SeededRandom(1),
    );
    expect(selector.keyGroup).to.equal(NO_KEY_GROUP);
    for (const id of hundred) {
      const channel = selector.select({ id });
      const { start, end } = keyGroupRange(128, 3, channel);
      expect(selector.keyGroup).to.equal(keyGroupFor(id, 128));
      expect(selector.keyGroup).to.be.within(start, end);
    }
  });

  it('of hash refuses a record without a valid key, and shows it', () => {
    expect(() =>
      select({ kind: 'hash', keySelector: (value: { id: number }) => value.id }, 2, [{ name: 'x' }]),
    ).to.throw("undefined cannot be the key of record { name: 'x' }");
  });

  it('of custom is what the function says', () => {
    const partition = (key: number, numPartitions: number) => key % numPartitions;
    expect(
      select({ kind: 'custom', partition, keySelector: (value: number) => value * 2 }, 3, [0, 1, 2]),
    ).to.deep.equal([0, 2, 1]);
  });

  for (const result of [-1, 3, 1.5, Number.NaN, undefined, '1']) {
    it(`of custom refuses ${String(result)} (${typeof result})`, () => {
      const partition = () => result as number;
      expect(() => select({ kind: 'custom', partition, keySelector: (value) => value }, 3, ['r']))
        .to.throw(/for record 'r'; there are 3 partitions/)
        .with.property('code', 'PARTITION_OUT_OF_RANGE');
    });
  }
});
