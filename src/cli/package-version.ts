/** The version in package.json, which every build has at its root. */
import { createRequire } from 'node:module';

export function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('flink-yarn/package.json') as { version: string };
  return version;
}
