/** Reads files. Mirrors: FileSource. */
import type { Source } from '../../api/source.js';
import { checkArgument } from '../../core/assert.js';
import { qualifyPath } from '../../filesystem/file-system-registry.js';
import { BatchSplitSource, type SplitProgress } from '../batch-split-source.js';
import { listInputFiles } from './input-files.js';
import { type FileRange, readLines } from './line-reader.js';

/** A part of a file; splits of one file touch and do not overlap. */
export interface FileSourceSplit extends FileRange {
  readonly splitId: string;
}

export interface TextFilesOptions {
  /** Files longer than this are read by several readers. Default 32 MiB. */
  readonly maxSplitBytes?: number;
}

const MAX_SPLIT_BYTES = 32 * 1024 * 1024;

export const FileSource = {
  /**
   * The lines of text files (UTF-8; LF or CRLF, which is not part of the record). A directory stands for all files in
   * it and below it, by name, but hidden ones (`.name`, `_name`). The job fails with INPUT_FILE_NOT_FOUND,
   * INPUT_FILE_NOT_READABLE, INPUT_FILE_TRUNCATED or INPUT_FILE_MALFORMED.
   *
   * @example env.fromSource(FileSource.forLines('logs/'), WatermarkStrategy.noWatermarks(), 'logs')
   */
  forLines(...paths: readonly string[]): Source<string, SplitProgress<FileSourceSplit>> {
    return textFilesSource(paths);
  },
} as const;

/** FileSource.forLines with options. */
export function textFilesSource(
  paths: readonly string[],
  options: TextFilesOptions = {},
): BatchSplitSource<string, FileSourceSplit> {
  const { maxSplitBytes = MAX_SPLIT_BYTES } = options;
  checkArgument(paths.length > 0, 'a file source needs at least one path');
  checkArgument(maxSplitBytes > 0, `maxSplitBytes must be above 0, not ${maxSplitBytes}`);
  const qualified = paths.map(qualifyPath);
  return new BatchSplitSource({
    description: `Text Files(${paths.join(', ')})`,
    splits: () => listSplits(qualified, maxSplitBytes),
    read: (split) => readLines(split),
  });
}

async function listSplits(paths: readonly string[], maxSplitBytes: number): Promise<readonly FileSourceSplit[]> {
  const splits: FileSourceSplit[] = [];
  for (const path of paths) {
    for (const file of await listInputFiles(path)) splits.push(...splitsOf(file.path, file.lengthBytes, maxSplitBytes));
  }
  return splits;
}

function splitsOf(path: string, fileBytes: number, maxSplitBytes: number): readonly FileSourceSplit[] {
  const count = Math.ceil(fileBytes / maxSplitBytes);
  return Array.from({ length: count }, (_, index) => {
    const startBytes = index * maxSplitBytes;
    const endBytes = Math.min(fileBytes, startBytes + maxSplitBytes);
    return { splitId: `${path}:${startBytes}`, path, startBytes, endBytes, fileBytes };
  });
}
