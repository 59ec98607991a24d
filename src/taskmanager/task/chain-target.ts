/** Where records go inside a task: into the next operators of the chain, or out through a result partition. */
import type { ChainStep } from './chain-step.js';

export interface ChainTarget {
  /** What a record goes through there. */
  readonly steps: readonly ChainStep[];
  readonly watermark: (timestamp: number) => void;
  readonly idle: (isIdle: boolean) => void;
}

/** Sends everything to all targets; the common cases of none and one cost nothing. */
export function fanOut(targets: readonly ChainTarget[]): ChainTarget {
  const [first, second] = targets;
  if (first === undefined) return { steps: [], watermark: () => undefined, idle: () => undefined };
  if (second === undefined) return first;
  return {
    steps: targets.flatMap((target) => target.steps),
    watermark: (timestamp) => {
      for (const target of targets) target.watermark(timestamp);
    },
    idle: (isIdle) => {
      for (const target of targets) target.idle(isIdle);
    },
  };
}
