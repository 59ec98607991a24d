/** What an operator object emits into: the rest of its chain, with records checked on the way where that is asked for. */
import type { Output } from '../../operators/stream-operator.js';
import type { Push } from './chain-step.js';
import type { ChainTarget } from './chain-target.js';
import { compileChain } from './compiled-chain.js';
import { interpretChain } from './interpreted-chain.js';
import type { RecordChecks } from './record-checks.js';

/** One output, with its own count and its own sample of records to check. */
export class CheckedOutput {
  numRecords = 0;
  private readonly push: Push;
  private readonly checkedPush: Push;
  private readonly checks: RecordChecks;

  constructor(target: ChainTarget, checks: RecordChecks, emitted: Float64Array) {
    this.push = compileChain(target.steps, emitted);
    this.checkedPush = interpretChain(target.steps, emitted, checks);
    this.checks = checks;
  }

  // hot path
  collect(value: unknown, timestamp: number): void {
    this.numRecords++;
    if (--this.checks.untilNext > 0) this.push(value, timestamp);
    else this.checkedPush(this.checks.check(value), timestamp);
  }
}

interface SideOutput {
  readonly target: ChainTarget;
  readonly output: CheckedOutput;
}

export class ChainOutput implements Output {
  private readonly target: ChainTarget;
  private readonly main: CheckedOutput;
  private readonly sides: ReadonlyMap<string, SideOutput>;

  constructor(target: ChainTarget, main: CheckedOutput, sides: ReadonlyMap<string, SideOutput>) {
    this.target = target;
    this.main = main;
    this.sides = sides;
  }

  // hot path
  collect(value: unknown, timestamp: number): void {
    this.main.collect(value, timestamp);
  }

  collectSide(tagId: string, value: unknown, timestamp: number): void {
    this.sides.get(tagId)?.output.collect(value, timestamp);
  }

  emitWatermark(timestamp: number): void {
    this.target.watermark(timestamp);
    for (const side of this.sides.values()) side.target.watermark(timestamp);
  }

  emitIdle(isIdle: boolean): void {
    this.target.idle(isIdle);
    for (const side of this.sides.values()) side.target.idle(isIdle);
  }
}
