/** Writes the generated pages: the configuration and error reference, conf/config.yaml and the API report. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GENERATED_PAGES } from './docs/generated-docs.js';
import { REPOSITORY_ROOT } from './repository-root.js';

for (const { path, render } of GENERATED_PAGES) {
  const file = join(REPOSITORY_ROOT, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, render());
  process.stdout.write(`wrote ${path}\n`);
}
