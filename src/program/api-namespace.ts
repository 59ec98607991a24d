/**
 * The one copy of this package's API in a thread, on a global named after its version. Bundled programs read it instead
 * of carrying a copy: two copies would not see each other's environments, and a linked package loads twice.
 */

export const PACKAGE_NAME = 'flink-yarn';
export const API_VERSION = '0.1';
const PREFIX = `${PACKAGE_NAME}.api/`;

export function apiSymbolName(version: string = API_VERSION): string {
  return PREFIX + version;
}

/** Makes the API visible to bundles of this thread. */
export function publishApi(namespace: object): void {
  (globalThis as Record<symbol, unknown>)[Symbol.for(apiSymbolName())] = namespace;
}

/** The text of the module that a bundle gets for `import … from 'flink-yarn'`. Names are read when they are used. */
export function apiModuleSource(version: string = API_VERSION): string {
  const name = JSON.stringify(apiSymbolName(version));
  return [
    `const api = globalThis[Symbol.for(${name})];`,
    `if (api === undefined) throw new Error('this bundle needs ' + ${name} + ', which this runtime does not offer');`,
    'module.exports = api;',
  ].join('\n');
}
