/** Prints records to the standard output of the TaskManager. Mirrors: PrintSink, PrintSinkOutputWriter. */
import { inspect } from 'node:util';
import type { Sink, SinkWriter, SinkWriterContext } from '../sink.js';

const ONE_LINE = {
  depth: null,
  compact: true,
  breakLength: Number.POSITIVE_INFINITY,
  maxArrayLength: null,
  maxStringLength: null,
} as const;

export class PrintSink implements Sink<unknown> {
  readonly description: string;
  private readonly identifier: string;

  constructor(identifier = '') {
    this.identifier = identifier;
    this.description = `PrintSink(${identifier})`;
  }

  createWriter(context: SinkWriterContext): SinkWriter<unknown> {
    const isParallel = context.runtimeContext.taskInfo.numberOfParallelSubtasks > 1;
    const prefix = printPrefix(this.identifier, isParallel ? context.subtaskIndex : undefined);
    return {
      write: (value) => console.log(prefix + printable(value)),
      flush: () => undefined,
      close: () => undefined,
    };
  }
}

/** Flink's prefix: `identifier:subtask> `, each part only where there is one; subtasks count from 1. */
function printPrefix(identifier: string, subtaskIndex: number | undefined): string {
  const parts = subtaskIndex === undefined ? [identifier] : [identifier, String(subtaskIndex + 1)];
  const prefix = parts.filter((part) => part !== '').join(':');
  return prefix === '' ? '' : `${prefix}> `;
}

/** One line for each record. */
function printable(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, ONE_LINE);
}
