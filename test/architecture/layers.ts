/**
 * Who may import whom. One row a folder of src/, in the order in which the data flows; a folder may import itself, its
 * row and nothing else. A new arrow needs an architecture decision record in docs/adr/.
 */

/** Which writing rules hold: control is written for clarity, data for speed, shared for both, user is read by users. */
export type Plane = 'shared' | 'user' | 'control' | 'data' | 'outside';

export interface Layer {
  readonly folder: string;
  readonly plane: Plane;
  readonly mayImport: readonly string[];
  /** Folders of which only types may be used: `import type`. */
  readonly typesOnly?: readonly string[];
  /** Folders that may be loaded by `import()` only, when somebody really needs them. */
  readonly lazily?: readonly string[];
  /** Quoted when the rule is broken. */
  readonly why: string;
}

const SHARED = ['core', 'config'] as const;

export const LAYERS: readonly Layer[] = [
  { folder: 'core', plane: 'shared', mayImport: [], why: 'everything stands on core, so core stands on nothing' },
  { folder: 'config', plane: 'shared', mayImport: ['core'], why: 'options describe behaviour, they do not have any' },
  { folder: 'serialization', plane: 'shared', mayImport: SHARED, why: 'a codec knows values, not where they travel' },
  { folder: 'filesystem', plane: 'shared', mayImport: SHARED, why: 'a file system knows files, not what is in them' },
  {
    folder: 'api',
    plane: 'user',
    mayImport: [...SHARED, 'serialization'],
    why: 'the API only records a program; state, network and tasks are reached through ports that are handed in',
  },
  {
    folder: 'connectors',
    plane: 'user',
    mayImport: [...SHARED, 'api', 'serialization', 'filesystem'],
    why: 'a connector sees what a connector in another package would see: the public API and the file systems',
  },
  {
    folder: 'graph',
    plane: 'control',
    mayImport: [...SHARED, 'api', 'serialization'],
    why: 'a plan is data that is derived from the recorded program; it does not know who runs it',
  },
  {
    folder: 'state',
    plane: 'data',
    mayImport: [...SHARED, 'api', 'serialization', 'filesystem'],
    why: 'a state backend serves any operator and does not know which',
  },
  {
    folder: 'network',
    plane: 'data',
    mayImport: [...SHARED, 'api', 'serialization'],
    why: 'the exchange moves batches; it does not know operators, tasks or jobs',
  },
  {
    folder: 'operators',
    plane: 'data',
    mayImport: [...SHARED, 'api', 'state', 'serialization'],
    why: 'operators do not know that a network exists: they get records and an output',
  },
  {
    folder: 'protocol',
    plane: 'control',
    mayImport: SHARED,
    typesOnly: ['api', 'graph', 'network'],
    why: 'messages and gateways are descriptions: types without behaviour',
  },
  { folder: 'rpc', plane: 'control', mayImport: SHARED, why: 'a transport carries calls and does not know them' },
  {
    folder: 'jobmanager',
    plane: 'control',
    mayImport: [...SHARED, 'protocol', 'rpc', 'graph', 'api', 'filesystem', 'serialization'],
    why: 'the control plane never touches a record and meets the TaskManager only through protocol',
  },
  {
    folder: 'taskmanager',
    plane: 'data',
    mayImport: [
      ...SHARED,
      'protocol',
      'rpc',
      'operators',
      'network',
      'state',
      'graph',
      'api',
      'filesystem',
      'serialization',
    ],
    why: 'a TaskManager decides nothing about a job and meets the JobManager only through protocol',
  },
  {
    folder: 'program',
    plane: 'control',
    mayImport: [...SHARED, 'api', 'graph'],
    typesOnly: ['protocol'],
    why: 'binding a program to its plan needs the API and the plan, not who runs the result',
  },
  {
    folder: 'client',
    plane: 'control',
    mayImport: [...SHARED, 'api', 'graph', 'program', 'protocol', 'filesystem'],
    why: 'a client submits and asks; it may vanish after the submission',
  },
  {
    folder: 'deployment',
    plane: 'outside',
    mayImport: [
      ...SHARED,
      'client',
      'program',
      'index.ts',
      'jobmanager',
      'taskmanager',
      'protocol',
      'rpc',
      'network',
      'graph',
      'api',
      'filesystem',
      'serialization',
    ],
    why: 'a deployment wires everything together, so everything may be imported here and nobody imports it',
  },
  {
    folder: 'cli',
    plane: 'outside',
    mayImport: [...SHARED, 'client', 'deployment', 'program', 'api', 'index.ts'],
    why: 'the command line parses, calls and prints',
  },
  {
    folder: 'testing',
    plane: 'outside',
    mayImport: ['*'],
    why: 'nobody imports testing: what a user runs does not depend on what tests it',
  },
  {
    folder: 'index.ts',
    plane: 'user',
    mayImport: [...SHARED, 'api', 'connectors', 'serialization'],
    lazily: ['deployment'],
    why: 'the public API shows what a program needs; the embedded cluster is loaded when a program executes locally',
  },
];

/** Modules from outside and the only places that may import them. Paths ending in '/' are folders below src/. */
export interface ModuleRule {
  readonly modules: readonly string[];
  readonly places: readonly string[];
  readonly why: string;
}

export const MODULE_RULES: readonly ModuleRule[] = [
  {
    modules: ['node:fs', 'node:fs/promises'],
    places: ['filesystem/local-file-system.ts', 'config/load-configuration.ts', 'client/', 'cli/', 'deployment/'],
    why: 'disks are reached through FileSystem, so that the simulation can take their place',
  },
  {
    modules: ['node:net', 'node:http', 'node:https', 'node:tls', 'node:http2', 'node:dgram'],
    places: [],
    why: 'no component opens a connection of its own: a transport does',
  },
  {
    modules: ['node:worker_threads'],
    places: ['taskmanager/', 'deployment/', 'network/'],
    why: 'threads belong to slots',
  },
  { modules: ['node:child_process'], places: ['cli/', 'deployment/'], why: 'processes belong to deployments' },
  {
    modules: ['node:vm'],
    places: ['core/generated-code.ts'],
    why: 'text becomes code in one place, which says what the text may be made of and can show it',
  },
  { modules: ['node:v8'], places: ['deployment/', 'cli/'], why: 'V8 flags belong to whoever starts a process' },
  {
    modules: ['node:crypto'],
    places: ['core/random.ts', 'graph/operator-uids.ts'],
    why: 'chance comes from Random, so that a seed replays a run; plans and operators are named by hashes',
  },
  { modules: ['esbuild'], places: ['client/'], why: 'programs are bundled by who submits them' },
  { modules: ['yaml'], places: ['config/'], why: 'one folder knows the form of the configuration file' },
  { modules: ['yargs', 'yargs/helpers'], places: ['cli/'], why: 'one folder knows the command line' },
];

/** Node modules that do nothing to the outside world and are free to use outside core. */
export const HARMLESS_MODULES: readonly string[] = [
  'node:path',
  'node:url',
  'node:util',
  'node:buffer',
  'node:async_hooks',
  'node:stream',
  'node:events',
  'node:os',
  'node:module',
  'node:process',
  'node:console',
  'node:assert',
];

/** Globals behind a port and the only places that may use them. */
export interface GlobalRule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly places: readonly string[];
  readonly port: string;
}

export const GLOBAL_RULES: readonly GlobalRule[] = [
  { name: 'Date.now', pattern: /\bDate\.now\b/, places: ['core/clock.ts'], port: 'Clock.now' },
  { name: 'new Date()', pattern: /\bnew Date\(\s*\)/, places: ['core/clock.ts'], port: 'Clock.now' },
  {
    name: 'performance',
    pattern: /(?<![.\w])performance\.\w/,
    places: ['core/clock.ts'],
    port: 'Clock.monotonic',
  },
  {
    name: 'process.hrtime',
    pattern: /\bprocess\.hrtime\b/,
    places: ['core/clock.ts'],
    port: 'Clock.monotonic',
  },
  {
    name: 'timers',
    pattern: /(?<![.\w])(?:setTimeout|setInterval|setImmediate)\s*\(/,
    places: ['core/clock.ts'],
    port: 'Clock.schedule or Clock.nextTurn',
  },
  { name: 'Math.random', pattern: /\bMath\.random\b/, places: ['core/random.ts'], port: 'Random.next' },
  {
    name: 'process.env',
    pattern: /\bprocess\.env\b/,
    places: ['cli/', 'deployment/', 'index.ts'],
    port: 'Configuration, or a value that is handed in',
  },
];
