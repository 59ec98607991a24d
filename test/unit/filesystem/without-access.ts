/** Takes away the access to a directory for the time of a test, also from a test run as root. */
import { chmod } from 'node:fs/promises';

/** `nobody` on Debian; any user that owns nothing would do. */
const NOBODY = 65_534;

export async function withoutAccessTo(directory: string, test: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  await chmod(directory, 0o000);
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    await test();
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(directory, 0o700);
  }
}
