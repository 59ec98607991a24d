/** The top folder of the repository, the same from a source file and from its compiled copy under dist/. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'tsconfig.json'))) return folder;
    if (dirname(folder) === folder) throw new Error(`no repository above ${start}`);
  }
}

export const REPOSITORY_ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));
