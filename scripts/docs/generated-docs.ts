/** Every generated page with its text; written by generate-docs.ts, held to the code by test/architecture/. */
import { ALL_OPTIONS } from '../../src/config/options.js';
import { REPOSITORY_ROOT } from '../repository-root.js';
import { renderApiReport } from './api-report.js';
import { renderConfigMarkdown, renderConfigYaml } from './config-reference.js';
import { renderErrorReference } from './error-reference.js';

/** Module names and their compiled declarations. */
export const API_ENTRIES: Readonly<Record<string, string>> = {
  'flink-yarn': 'dist/src/index.d.ts',
  'flink-yarn/testing': 'dist/src/testing/index.d.ts',
};

export interface GeneratedPage {
  readonly path: string;
  readonly render: () => string;
}

export const GENERATED_PAGES: readonly GeneratedPage[] = [
  { path: 'docs/reference/config.md', render: () => renderConfigMarkdown(ALL_OPTIONS) },
  { path: 'conf/config.yaml', render: () => renderConfigYaml(ALL_OPTIONS) },
  { path: 'docs/reference/errors.md', render: renderErrorReference },
  { path: 'docs/reference/api-report.txt', render: () => renderApiReport(REPOSITORY_ROOT, API_ENTRIES) },
];
