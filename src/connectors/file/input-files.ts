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

export async function openInputFile(path: string): Promise<FileReader> {
  return reading(path, () => fileSystemOf(path).open(path));
}

/** A file that ends before the length it had when the job started: somebody changes it under the job. */
export async function inputFileTruncated(path: string, expectedBytes: number): Promise<FlinkError> {
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
