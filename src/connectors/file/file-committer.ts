/** Makes written parts visible by giving them their final names. Mirrors: FileCommitter. */
import type { Committer } from '../../api/sink.js';
import { FlinkError, isFlinkError } from '../../core/errors.js';
import { fileSystemOf } from '../../filesystem/file-system-registry.js';

/** A finished part: where it is and what it shall be called. */
export interface FileCommittable {
  readonly from: string;
  readonly to: string;
}

export class FileCommitter implements Committer<FileCommittable> {
  async commit(committables: readonly FileCommittable[]): Promise<void> {
    for (const committable of committables) await commitPart(committable);
  }
}

async function commitPart({ from, to }: FileCommittable): Promise<void> {
  try {
    await fileSystemOf(from).rename(from, to);
  } catch (error) {
    const isGone = isFlinkError(error) && error.code === 'FILE_NOT_FOUND';
    // The final name is this writer's alone: when it is there, an earlier call got that far.
    if (isGone && (await exists(to))) return;
    throw isGone ? partLost(from, to, error) : error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await fileSystemOf(path).status(path);
    return true;
  } catch (error) {
    if (isFlinkError(error) && error.code === 'FILE_NOT_FOUND') return false;
    throw error;
  }
}

function partLost(from: string, to: string, cause: unknown): FlinkError {
  return new FlinkError('OUTPUT_FILE_LOST', `cannot commit ${to}: the written file ${from} is gone`, {
    domain: 'external',
    remedy: 'Keep other programs from deleting hidden files in the output directory; then run the job again.',
    details: { from, to },
    cause,
  });
}
