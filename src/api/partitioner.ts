/** How records of an edge find their channel. Mirrors: StreamPartitioner and its subclasses. */
import type { Key, KeySelector } from './key.js';

export type CustomPartitioner<K> = (key: K, numPartitions: number) => number;

export type Partitioner =
  | { readonly kind: 'forward' }
  | { readonly kind: 'rebalance' }
  | { readonly kind: 'rescale' }
  | { readonly kind: 'shuffle' }
  | { readonly kind: 'broadcast' }
  | { readonly kind: 'global' }
  | { readonly kind: 'hash'; readonly keySelector: KeySelector<never, Key> }
  | {
      readonly kind: 'custom';
      readonly partition: CustomPartitioner<never>;
      readonly keySelector: (value: never) => unknown;
    };

export type PartitionerKind = Partitioner['kind'];
