/** The producing end of a channel, remote or in the slot: what the network's channel writers and local channels share. */

export interface OutputChannel {
  /** hot path. Never waits: what does not fit is kept and `isBlocked` becomes true. */
  write(value: unknown, timestamp: number, keyGroup: number): void;
  writeWatermark(timestamp: number): void;
  writeIdle(isIdle: boolean): void;
  writeEndOfData(): void;
  /** Hands over what waits in a partly filled buffer. */
  flush(): void;
  readonly isBlocked: boolean;
  /** Moves kept data on as room permits; true when none is left. */
  drain(): boolean;
}
