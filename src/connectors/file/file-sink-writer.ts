/** Writes one subtask's parts of a FileSink. Records are buffered; `flush` hands them to the file system. */
import type { SinkWriter, SinkWriterContext } from '../../api/sink.js';
import { FlinkError, isFlinkError } from '../../core/errors.js';
import { baseName, type FileSystem, type FileWriter, joinPath } from '../../filesystem/file-system.js';
import { fileSystemOf } from '../../filesystem/file-system-registry.js';
import { murmur3 } from '../../serialization/murmur-hash.js';
import { renderValue } from '../../serialization/render-value.js';
import type { FileCommittable } from './file-committer.js';

/** The text of a record, without line end; synchronous. */
export type RowEncoder<T> = (record: T) => string;

export interface PartFileOptions {
  readonly maxPartBytes: number;
  readonly partPrefix: string;
  readonly partSuffix: string;
}

interface OpenPart {
  readonly committable: FileCommittable;
  readonly file: FileWriter;
}

export class FileSinkWriter<T> implements SinkWriter<T, FileCommittable> {
  private readonly directory: string;
  private readonly fileSystem: FileSystem;
  private readonly encode: RowEncoder<T>;
  private readonly options: PartFileOptions;
  /** Of this writer among all jobs. */
  private readonly attemptId: string;
  /** Begins the names of this writer's parts; no other attempt of any job has the same. */
  private readonly partName: string;
  private nextPart = 0;
  private part: OpenPart | undefined;
  /** Closed, and not handed to the committer yet. */
  private finished: FileCommittable[] = [];
  /** Handed to the committer. */
  private readonly prepared: FileCommittable[] = [];

  constructor(directory: string, encode: RowEncoder<T>, options: PartFileOptions, context: SinkWriterContext) {
    const { jobId } = context.runtimeContext;
    this.directory = directory;
    this.fileSystem = fileSystemOf(directory);
    this.encode = encode;
    this.options = options;
    this.attemptId = `${jobId}_${context.attemptId}`;
    this.partName = `${options.partPrefix}-${context.subtaskIndex}-${shortHash(this.attemptId)}`;
  }

  /** Creates a first part although it may stay empty: that the directory cannot be written shows now. */
  async open(): Promise<void> {
    try {
      await this.fileSystem.mkdirs(this.directory);
      await this.deletePartsOfEarlierAttempts();
      this.part = await this.createPart();
    } catch (error) {
      throw isFlinkError(error) ? outputError(this.directory, error) : error;
    }
  }

  // hot path: once per record
  write(record: T): void {
    const line = this.encode(record);
    if (typeof line !== 'string') throw notEncodable(this.directory, record, line);
    (this.part as OpenPart).file.write(`${line}\n`);
  }

  get wantsFlush(): boolean {
    const file = this.part?.file;
    return file !== undefined && (file.wantsFlush || file.lengthBytes >= this.options.maxPartBytes);
  }

  async flush(): Promise<void> {
    const { part } = this;
    if (part === undefined) return;
    await part.file.flush();
    if (part.file.lengthBytes < this.options.maxPartBytes) return;
    await this.finishPart();
    this.part = await this.createPart();
  }

  async prepareCommit(): Promise<readonly FileCommittable[]> {
    const hasRecords = this.part !== undefined && this.part.file.lengthBytes > 0;
    if (hasRecords) {
      await this.finishPart();
      this.part = await this.createPart();
    }
    const committables = this.finished;
    this.finished = [];
    this.prepared.push(...committables);
    return committables;
  }

  async close(aborted: boolean): Promise<void> {
    const { part } = this;
    this.part = undefined;
    const unwanted = aborted ? [...this.finished, ...this.prepared] : this.finished;
    try {
      await part?.file.close();
    } finally {
      if (part !== undefined) await this.fileSystem.delete(part.committable.from);
      for (const { from } of unwanted) await this.fileSystem.delete(from);
    }
  }

  private async createPart(): Promise<OpenPart> {
    for (;;) {
      const name = `${this.partName}-${this.nextPart++}${this.options.partSuffix}`;
      const from = joinPath(this.directory, `.${name}.inprogress.${this.attemptId}`);
      const to = joinPath(this.directory, name);
      try {
        return { committable: { from, to }, file: await this.fileSystem.create(from) };
      } catch (error) {
        // Another sink of this very task writes to the same directory.
        if (!isFlinkError(error) || error.code !== 'FILE_EXISTS') throw error;
      }
    }
  }

  private async finishPart(): Promise<void> {
    const part = this.part as OpenPart;
    await part.file.sync();
    await part.file.close();
    this.part = undefined;
    this.finished.push(part.committable);
  }

  /** A killed process cannot clean up after itself: the attempt that takes its place does. */
  private async deletePartsOfEarlierAttempts(): Promise<void> {
    const mine = splitAttemptId(this.attemptId);
    if (mine === undefined || mine.attempt === 0) return;
    for (const { path } of await this.fileSystem.list(this.directory)) {
      const [, attemptId] = baseName(path).split('.inprogress.');
      const found = attemptId === undefined ? undefined : splitAttemptId(attemptId);
      if (found !== undefined && found.subtask === mine.subtask && found.attempt < mine.attempt) {
        await this.fileSystem.delete(path);
      }
    }
  }
}

/** Attempt ids are `<graph>_<vertex>_<subtask>_<attempt>`. */
function splitAttemptId(attemptId: string): { readonly subtask: string; readonly attempt: number } | undefined {
  const match = /^(.+)_(\d+)$/.exec(attemptId);
  return match === null ? undefined : { subtask: match[1] as string, attempt: Number(match[2]) };
}

function shortHash(text: string): string {
  return (murmur3(Buffer.from(text, 'utf8')) >>> 0).toString(16).padStart(8, '0');
}

function notEncodable(directory: string, record: unknown, line: unknown): FlinkError {
  return new FlinkError(
    'SINK_RECORD_NOT_ENCODABLE',
    `file sink ${directory}: the encoder returned ${renderValue(line)} instead of a line of text for ${renderValue(record)}`,
    { domain: 'user', remedy: 'Return a string for every record; filter out records that have no text.' },
  );
}

function outputError(directory: string, error: FlinkError): FlinkError {
  const problem = {
    NOT_A_DIRECTORY: ['OUTPUT_PATH_NOT_A_DIRECTORY', 'is not a directory'],
    FILE_EXISTS: ['OUTPUT_PATH_NOT_A_DIRECTORY', 'is not a directory'],
    PERMISSION_DENIED: ['OUTPUT_PATH_NOT_WRITABLE', 'may not be written by the user that runs this process'],
  }[error.code];
  if (problem === undefined) return error;
  const [code, what] = problem as [string, string];
  return new FlinkError(code, `output path ${directory} ${what}`, {
    domain: 'user',
    details: { path: directory },
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}
