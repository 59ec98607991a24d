/** Where records go inside a task: into the next operator of the chain, or out through a result partition. */

/** hot path: `push` is called for every record. */
export interface ChainTarget {
  readonly push: (value: unknown, timestamp: number) => void;
  readonly watermark: (timestamp: number) => void;
  readonly idle: (isIdle: boolean) => void;
}

/** Sends everything to all targets; the common cases of none and one cost nothing. */
export function fanOut(targets: readonly ChainTarget[]): ChainTarget {
  const [first, second] = targets;
  if (first === undefined) return { push: () => undefined, watermark: () => undefined, idle: () => undefined };
  if (second === undefined) return first;
  const pushes = targets.map((target) => target.push);
  return {
    push: (value, timestamp) => {
      for (const push of pushes) push(value, timestamp);
    },
    watermark: (timestamp) => {
      for (const target of targets) target.watermark(timestamp);
    },
    idle: (isIdle) => {
      for (const target of targets) target.idle(isIdle);
    },
  };
}
