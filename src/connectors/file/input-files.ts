/** Finds and opens input files, and says clearly what is wrong with one. */
import { FlinkError, isFlinkError } from '../../core/errors.js';
import { baseName, type FileReader, type FileStatus } from '../../filesystem/file-system.js';
import { fileSystemOf } from '../../filesystem/file-system-registry.js';

/** The files at `path`: itself, or all in the directory and below it but hidden ones (`.name`, `_name`), by name. */
export async function listInputFiles(path: string): Promise<readonly FileStatus[]> {
  return reading(path, async () => {
    const status = await fileSystemOf(path).status(path);
    return status.isDirectory ? filesBelow(path) : [status];
  });
}

/** An open file of known length: what readers of binary formats ask for. Close it. */
export class InputFile {
  readonly path: string;
  readonly byteLength: number;
  private readonly reader: FileReader;

  constructor(path: string, byteLength: number, reader: FileReader) {
    this.path = path;
    this.byteLength = byteLength;
    this.reader = reader;
  }

  /** The bytes from `start` to before `end`; negative positions count from the end of the file. */
  async slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    const from = start < 0 ? this.byteLength + start : start;
    const to = end < 0 ? this.byteLength + end : Math.min(end, this.byteLength);
    const bytes = new Uint8Array(Math.max(0, to - from));
    await this.read(from, bytes);
    return bytes.buffer;
  }

  /** Fills `target` from the file; INPUT_FILE_TRUNCATED when the file is shorter than it was. */
  async read(positionBytes: number, target: Uint8Array): Promise<void> {
    const length = await this.reader.read(positionBytes, target);
    if (length < target.length) throw await inputFileTruncated(this.path, this.byteLength);
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}

/**
 * Opens a file of any registered file system for reading. Fails with INPUT_FILE_NOT_FOUND or INPUT_FILE_NOT_READABLE.
 * `byteLength` is the length that it had before, when it must have it still.
 */
export async function openInputFile(path: string, byteLength?: number): Promise<InputFile> {
  return reading(path, async () => {
    const fileSystem = fileSystemOf(path);
    const reader = await fileSystem.open(path);
    return new InputFile(path, byteLength ?? (await fileSystem.status(path)).lengthBytes, reader);
  });
}

/** A file that ends before the length it had when the job started: somebody changes it under the job. */
async function inputFileTruncated(path: string, expectedBytes: number): Promise<FlinkError> {
  const { lengthBytes: actualBytes } = await reading(path, () => fileSystemOf(path).status(path));
  return new FlinkError(
    'INPUT_FILE_TRUNCATED',
    `input file ${path} ends after ${actualBytes} bytes, but had ${expectedBytes} when the job started`,
    {
      domain: 'user',
      remedy: 'Move finished files into the input directory instead of writing them there; then run the job again.',
      details: { path, expectedBytes, actualBytes },
    },
  );
}

/** A file whose bytes are not what its format says. */
export function inputFileMalformed(path: string, what: string, cause?: unknown): FlinkError {
  return new FlinkError('INPUT_FILE_MALFORMED', `input file ${path}: ${what}`, {
    domain: 'user',
    remedy: 'Repair or remove the file; then run the job again.',
    details: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}

async function filesBelow(directory: string): Promise<readonly FileStatus[]> {
  const files: FileStatus[] = [];
  for (const entry of await fileSystemOf(directory).list(directory)) {
    if (/^[._]/.test(baseName(entry.path))) continue;
    if (entry.isDirectory) files.push(...(await filesBelow(entry.path)));
    else files.push(entry);
  }
  return files;
}

async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isFlinkError(error) ? inputError(path, error) : error;
  }
}

function inputError(path: string, error: FlinkError): FlinkError {
  const problem = {
    FILE_NOT_FOUND: ['INPUT_FILE_NOT_FOUND', 'does not exist'],
    NOT_A_DIRECTORY: ['INPUT_FILE_NOT_FOUND', 'does not exist: a part of the path is an ordinary file'],
    PERMISSION_DENIED: ['INPUT_FILE_NOT_READABLE', 'may not be read by the user that runs this process'],
  }[error.code];
  if (problem === undefined) return error;
  const [code, what] = problem as [string, string];
  return new FlinkError(code, `input ${path} ${what}`, {
    domain: 'user',
    details: { path },
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}
