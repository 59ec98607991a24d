/** What operators with user functions share: their life cycle, and watermarks and idleness that pass through. */
import type { OperatorContext, Output } from './stream-operator.js';
import { FunctionLifecycle } from './user-function.js';

export abstract class AbstractOperator {
  protected readonly context: OperatorContext;
  protected readonly output: Output;
  protected readonly name: string;
  private readonly lifecycle: FunctionLifecycle;

  protected constructor(context: OperatorContext, ...functions: readonly unknown[]) {
    this.context = context;
    this.output = context.output;
    this.name = context.name;
    this.lifecycle = new FunctionLifecycle(...functions);
  }

  open(): Promise<void> {
    return this.lifecycle.open(this.context.runtimeContext);
  }

  close(_aborted: boolean): Promise<void> {
    return this.lifecycle.close();
  }

  processWatermark(timestamp: number): void {
    this.output.emitWatermark(timestamp);
  }

  processIdle(isIdle: boolean): void {
    this.output.emitIdle(isIdle);
  }
}
