/**
 * Bundles a program's entry into one ES module that any slot thread can import. The package itself stays outside: the
 * bundle reads the API of the runtime that loads it. Mirrors: PackagedProgram.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { FlinkError } from '../core/errors.js';
import { apiModuleSource, PACKAGE_NAME } from '../program/api-namespace.js';

export interface ProgramBundle {
  readonly code: string;
  /** Absolute paths of the modules that went in. */
  readonly inputs: ReadonlySet<string>;
  /** False when the program uses this package's test tools, which only make sense in the process that started it. */
  readonly isBindable: boolean;
}

/** Throws PROGRAM_NOT_FOUND, or PROGRAM_NOT_BUNDLED with the compiler's messages. */
export async function bundleProgram(entry: string): Promise<ProgramBundle> {
  const { build } = await import('esbuild');
  let usesTestTools = false;
  const plugin = externalApi(() => {
    usesTestTools = true;
  });
  try {
    const result = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      sourcesContent: false,
      // The bundle is loaded from elsewhere: stacks must still show the program's own files.
      sourceRoot: `${pathToFileURL(dirname(entry)).href}/`,
      legalComments: 'none',
      logLevel: 'silent',
      outdir: dirname(entry),
      absWorkingDir: dirname(entry),
      banner: { js: requireBanner(entry) },
      plugins: [plugin, modulesKeepTheirPlace],
    });
    const inputs = new Set(Object.keys(result.metafile.inputs).map((input) => resolve(dirname(entry), input)));
    return { code: result.outputFiles[0]?.text ?? '', inputs, isBindable: !usesTestTools };
  } catch (error) {
    throw notBundled(entry, error);
  }
}

/** CommonJS dependencies call `require`, which ES modules lack; relative to the entry, as in an unbundled run. */
function requireBanner(entry: string): string {
  return `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(${JSON.stringify(entry)});`;
}

/** `import.meta` names the module that was written, not the bundle: programs find files beside them that way. */
const modulesKeepTheirPlace: Plugin = {
  name: 'flink-yarn-import-meta',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]s$/, namespace: 'file' }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.')) return undefined;
      const places = { url: pathToFileURL(path).href, filename: path, dirname: dirname(path) };
      const contents = text.replaceAll(/\bimport\.meta\.(url|filename|dirname)\b/g, (_, name: keyof typeof places) =>
        JSON.stringify(places[name]),
      );
      return { contents, loader: path.endsWith('ts') ? 'ts' : 'js' };
    });
  },
};

function externalApi(onTestTools: () => void): Plugin {
  const packageRoot = findPackageRoot();
  return {
    name: 'flink-yarn-api',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${PACKAGE_NAME}$`) }, () => ({
        path: PACKAGE_NAME,
        namespace: 'flink-yarn-api',
      }));
      build.onResolve({ filter: new RegExp(`^${PACKAGE_NAME}/testing$`) }, () => {
        onTestTools();
        return { path: PACKAGE_NAME, namespace: 'flink-yarn-api' };
      });
      // Programs of this repository reach the API by a relative path.
      build.onResolve({ filter: /\/src\/index\.js$/ }, (args) =>
        resolve(args.resolveDir, args.path).startsWith(packageRoot)
          ? { path: PACKAGE_NAME, namespace: 'flink-yarn-api' }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'flink-yarn-api' }, () => ({
        contents: apiModuleSource(),
        loader: 'js',
      }));
    },
  };
}

function findPackageRoot(): string {
  const require = createRequire(import.meta.url);
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    try {
      if ((require(join(folder, 'package.json')) as { name?: string }).name === PACKAGE_NAME) return folder;
    } catch {
      // No package.json here: look further up.
    }
    if (dirname(folder) === folder) return folder;
    folder = dirname(folder);
  }
}

function notBundled(entry: string, cause: unknown): FlinkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FlinkError('PROGRAM_NOT_BUNDLED', `the program ${entry} cannot be bundled: ${reason}`, {
    domain: 'user',
    retry: 'never',
    cause,
    remedy: 'Correct what the compiler names; dependencies must be installed beside the program.',
    details: { entry },
  });
}
