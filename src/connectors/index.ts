/** Sources and sinks that come with the package; print, collect, collections and sequences are in api/. */
export { type AsyncIterableSourceOptions, fromAsyncIterable } from './async-iterable-source.js';
export { BatchSplitSource, type BatchSplitSourceOptions, type SplitProgress } from './batch-split-source.js';
export { type DataGeneratorOptions, DataGeneratorSource, type IndexRange } from './data-generator-source.js';
export { DiscardingSink } from './discarding-sink.js';
export type { FileCommittable } from './file/file-committer.js';
export { FileSink, type FileSinkOptions } from './file/file-sink.js';
export type { RowEncoder } from './file/file-sink-writer.js';
export { FileSource, type FileSourceSplit, type TextFilesOptions, textFilesSource } from './file/file-source.js';
export { InputFile, inputFileMalformed, listInputFiles, openInputFile } from './file/input-files.js';
export type { Batches } from './split-batches.js';
