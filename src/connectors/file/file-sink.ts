/**
 * Writes rows into part files of a directory. A part is hidden while it is written and gets its final name in one step
 * on commit: readers of the directory see whole, committed files or nothing. Mirrors: FileSink.
 *
 *   .part-<subtask>-<writer>-<n>.jsonl.inprogress.<attempt>   being written
 *   part-<subtask>-<writer>-<n>.jsonl                         committed
 */
import type { Committer, Sink, SinkWriter, SinkWriterContext } from '../../api/sink.js';
import { checkArgument } from '../../core/assert.js';
import { FlinkError } from '../../core/errors.js';
import { qualifyPath } from '../../filesystem/file-system-registry.js';
import { renderValue } from '../../serialization/render-value.js';
import { FileCommitter, type FileCommittable } from './file-committer.js';
import { FileSinkWriter, type PartFileOptions, type RowEncoder } from './file-sink-writer.js';

export interface FileSinkOptions {
  /** A part that has grown beyond this is closed and a next one begun. Default 128 MiB. */
  readonly maxPartBytes?: number;
  /** Begins the name of every part. Default `part`. */
  readonly partPrefix?: string;
  /** Ends it, e.g. `.csv`. */
  readonly partSuffix?: string;
}

const MAX_PART_BYTES = 128 * 1024 * 1024;

export class FileSink<T> implements Sink<T, FileCommittable> {
  readonly description: string;
  private readonly directory: string;
  private readonly encode: RowEncoder<T>;
  private readonly options: PartFileOptions;

  private constructor(path: string, encode: RowEncoder<T>, options: FileSinkOptions) {
    const { maxPartBytes = MAX_PART_BYTES, partPrefix = 'part', partSuffix = '' } = options;
    checkArgument(path !== '', 'a file sink needs a directory');
    checkArgument(maxPartBytes > 0, `maxPartBytes must be above 0, not ${maxPartBytes}`);
    this.description = `File Sink(${path})`;
    this.directory = qualifyPath(path);
    this.encode = encode;
    this.options = { maxPartBytes, partPrefix, partSuffix };
  }

  /**
   * One line a record. The directory is created when the writers open: OUTPUT_PATH_NOT_A_DIRECTORY or
   * OUTPUT_PATH_NOT_WRITABLE is thrown before the first record; what is in the directory already stays there.
   */
  static forRowFormat<T>(directory: string, encode: RowEncoder<T>, options: FileSinkOptions = {}): FileSink<T> {
    return new FileSink(directory, encode, options);
  }

  /** One JSON text a line, in `.jsonl` files. As JSON knows no NaN, Infinity or undefined, they become null or vanish. */
  static forJsonLines<T>(directory: string, options: FileSinkOptions = {}): FileSink<T> {
    return new FileSink<T>(directory, toJson, { partSuffix: '.jsonl', ...options });
  }

  createWriter(context: SinkWriterContext): SinkWriter<T, FileCommittable> {
    return new FileSinkWriter(this.directory, this.encode, this.options, context);
  }

  createCommitter(): Committer<FileCommittable> {
    return new FileCommitter();
  }
}

function toJson(record: unknown): string {
  try {
    return JSON.stringify(record);
  } catch (cause) {
    throw new FlinkError('SINK_RECORD_NOT_ENCODABLE', `no JSON text for ${renderValue(record)}: ${String(cause)}`, {
      domain: 'user',
      remedy: 'Map records to plain data without bigint and without cycles before the sink.',
      cause,
    });
  }
}
