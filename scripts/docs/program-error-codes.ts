/** Errors that the author of a program, a configuration or a command line can do something about. */
import type { ErrorMeaning } from './error-codes.js';

export const PROGRAM_ERRORS: Readonly<Record<string, ErrorMeaning>> = {
  // Configuration
  CONFIG_DUPLICATE_KEY: [
    'config.yaml sets a key twice, perhaps once nested and once dotted.',
    'Keep one of the two lines that the message names.',
  ],
  CONFIG_FILE_INVALID: [
    'config.yaml is not YAML, or not keys with plain values.',
    'Correct the line that the message names.',
  ],
  CONFIG_FILE_UNREADABLE: [
    'The configuration folder was named, but its config.yaml cannot be read.',
    'Create the file or correct FLINK_CONF_DIR.',
  ],
  CONFIG_INVALID_PROPERTY: ['A -D argument has no key.', 'Write -Dkey=value.'],
  CONFIG_INVALID_VALUE: [
    'An option has a value that it cannot have.',
    'Set it as the message says; docs/reference/config.md lists all options.',
  ],
  CONFIG_UNSUPPORTED_KEY: [
    'A key asks for a feature that does not exist yet and whose loss would break a guarantee.',
    'Remove the key; docs/ROADMAP.md says what works.',
  ],
  RESTART_STRATEGY_UNSUPPORTED: [
    '`restart-strategy.type` names a strategy that does not exist here.',
    'Use none or fixed-delay.',
  ],
  RUNTIME_MODE_NOT_SUPPORTED: [
    'The program asks for batch execution.',
    'Use STREAMING: a bounded source ends the job there as well.',
  ],

  // Command line and program
  ACTION_NOT_SUPPORTED: [
    'The command line has no such action, or only later versions have it.',
    'See --help and docs/ROADMAP.md.',
  ],
  OPTION_NOT_SUPPORTED: [
    'The command line has an option that does not exist here.',
    'See `flink run --help`; options of the program come after it.',
  ],
  USAGE: ['The command line cannot be understood.', 'See `flink --help`.'],
  TARGET_NOT_SUPPORTED: ['`flink run -t` names a place where jobs cannot run yet.', 'Use -t local.'],
  PROGRAM_NOT_FOUND: [
    'The entry file of a program, or the program behind a job, is not there.',
    'Check the path given to `flink run`.',
  ],
  PROGRAM_NOT_BUNDLED: [
    'The program cannot be bundled: a syntax error, or an import that cannot be found.',
    'Correct what the message quotes; install dependencies beside the program.',
  ],
  PLAN_MISMATCH: [
    'Run again in a slot, the program built another plan than before.',
    'Let main() take the same way each time: it must not depend on files, on the environment or on the order in which promises settle.',
  ],
  EMPTY_PIPELINE: ['`execute()` was called with nothing to run.', 'Build a stream that ends in a sink first.'],
  EMPTY_JOB_GRAPH: ['A submitted job has no operators.', 'Add a source and a sink before execute().'],
  COLLECT_BEFORE_EXECUTE: [
    'Collected results were read before the job was submitted.',
    'Call executeAsync() between collectAsync() and reading, or use executeAndCollect().',
  ],
  COLLECT_NOT_REPLAYABLE: [
    'A later job of the program runs its main() again, and an earlier one collected more records than are kept for that.',
    'Collect fewer records, or write them to files between the jobs.',
  ],
  COLLECT_RESTARTED: [
    'The job restarted after results of the failed attempt had been handed out.',
    'Pass `onRestart` to collectAsync() and drop what came before.',
  ],

  // Plan
  DUPLICATE_UID: [
    'Two operators have the same uid.',
    'Give each its own: it is the address of the operator and its state.',
  ],
  FORWARD_PARALLELISM_MISMATCH: [
    '`forward()` joins operators of different parallelism.',
    'Use rebalance(), or equal parallelism.',
  ],
  INVALID_PARALLELISM: [
    'A parallelism is not a positive whole number, or the operator cannot run in parallel.',
    'Set a positive whole number or leave it out.',
  ],
  INVALID_MAX_PARALLELISM: ['A max parallelism is not between 1 and 32768.', 'Set it in that range or leave it out.'],
  PARALLELISM_EXCEEDS_MAX: [
    'The parallelism of an operator is higher than its max parallelism.',
    'Lower the one or raise the other.',
  ],
  ILLEGAL_ARGUMENT: [
    'A method was called with an argument that it does not take.',
    'See the message and the documentation of the method.',
  ],
  INVALID_DURATION: [
    'A span of time is not a whole number of milliseconds, or not positive where it must be.',
    "Write a number of milliseconds or a text such as '5 min'.",
  ],
  INVALID_SESSION_GAP: [
    'The gap of a session window, computed from a record, is not positive.',
    'Return a gap of more than 0 ms.',
  ],
  INVALID_INTERVAL: [
    'The bounds of an interval join leave no time between them.',
    'Give the lower bound first; exclude bounds only where they differ enough.',
  ],
  AGGREGATE_CANNOT_MERGE: [
    'Windows that merge are aggregated by a function without `merge`.',
    'Add merge(a, b), which combines two accumulators.',
  ],
  TRIGGER_CANNOT_MERGE: [
    'Windows that merge have a trigger without `onMerge`.',
    'Add onMerge, or use windows that do not merge.',
  ],

  // Functions
  USER_FUNCTION_FAILED: [
    'A function of the program threw.',
    'See the cause: it has the stack and the line of the program. The message has operator and record.',
  ],
  INVALID_FUNCTION: [
    'An operator was given something that is not the function it needs.',
    'Pass a function, or an object with the method that the message names.',
  ],
  FUNCTION_NOT_COPYABLE: [
    'A program that cannot be loaded again runs several subtasks in one thread, and a function has #private fields, which cannot be copied.',
    "Run the program from its file, set parallelism 1, or write TypeScript's `private`.",
  ],
  UNDEFINED_RESULT: ['A function returned undefined.', 'Return a value; to drop records use filter or flatMap.'],
  ASYNC_RESULT: [
    'A function returned a promise.',
    'Functions run synchronously: do asynchronous work with AsyncDataStream, in a source or in a sink.',
  ],
  ACCUMULATOR_EXISTS: [
    'A function added two accumulators under one name.',
    'Add it once, or fetch it with getAccumulator(name) or getIntCounter(name).',
  ],
  ACCUMULATOR_SHARED: [
    'One accumulator object was added by several subtasks or operators, and would count twice.',
    'Create it in open(), or in a field of the function.',
  ],
  ACCUMULATOR_TYPE_CONFLICT: [
    'Accumulators of different types have one name.',
    'Use one type for one name in the whole job, or another name.',
  ],
  ACCUMULATOR_VALUE_INVALID: [
    'An accumulator was given what its type cannot hold, or its sum left the range.',
    'Use LongCounter for sums beyond 32 bits, DoubleCounter for fractions.',
  ],
  INVALID_ACCUMULATOR: [
    'An object was added as an accumulator that the JobManager cannot merge.',
    'Use those of this package; a ListAccumulator holds whatever the program then folds.',
  ],
  ASYNC_RESULT_INVALID: [
    'An asynchronous function answered with something that is no array.',
    'Answer with an array of results: [] for none, [result] for one.',
  ],
  ASYNC_TIMEOUT: [
    'An asynchronous function got no answer in time.',
    'Give a longer timeout or a retry strategy, or the function a method timeout(value, resultFuture).',
  ],
  STATE_IN_ASYNC_FUNCTION: [
    'An asynchronous function asked for keyed state.',
    'Keep state in a keyed process function before or behind the asynchronous one.',
  ],
  WATERMARK_ALIGNMENT_NOT_SUPPORTED: [
    'A strategy with watermark alignment was given to an operator behind the source.',
    'Give it to the source: env.fromSource(source, strategy, name).',
  ],
  COLLECTOR_CLOSED: [
    'A record was emitted after the function had returned.',
    'Emit during the call that received the collector only.',
  ],
  PARTITION_OUT_OF_RANGE: [
    'A custom partitioner returned a channel that does not exist.',
    'Return a whole number below the number of partitions.',
  ],
  INVALID_TRIGGER_RESULT: [
    'A trigger returned something that is not a trigger result.',
    "Return 'CONTINUE', 'FIRE', 'PURGE' or 'FIRE_AND_PURGE'.",
  ],
  UNSUPPORTED_WINDOW: [
    'A window assigner returned something that is not a window.',
    'Return instances of TimeWindow or GlobalWindow.',
  ],
  COMMITTER_MISSING: [
    'The writer of a sink has something to commit, but the sink has no committer.',
    'Give the sink createCommitter(), or the writer no prepareCommit().',
  ],

  // Records, keys, time
  RECORD_MUTATED: [
    'A record was changed after it had been emitted.',
    'Emit a new object: ({ ...record, field: value }).',
  ],
  RECORD_TOO_LARGE: [
    'A record does not fit into the largest frame.',
    'Send large contents by reference, or split the record.',
  ],
  VALUE_NOT_SERIALIZABLE: [
    'A record or state holds something that is not plain data: a function, a symbol, a class instance.',
    'Use plain objects, arrays, strings, numbers, bigint, booleans, Date, Map, Set and typed arrays. The message has the path inside the value.',
  ],
  INVALID_KEY: [
    'A key is null, undefined, NaN, infinite, or of a kind that cannot be a key.',
    'Filter such records out before keyBy, or make a key of a string, number, bigint, boolean, Date or a tuple of these.',
  ],
  INVALID_TIMESTAMP: [
    'A timestamp or watermark is not a number of milliseconds.',
    'Return a finite number from the timestamp assigner; convert bigint and Date.',
  ],
  MISSING_TIMESTAMP: [
    'A window in event time got a record without a timestamp.',
    'Call assignTimestampsAndWatermarks(...) on a stream before the window.',
  ],

  // State and timers
  KEYED_STATE_ON_NON_KEYED_STREAM: [
    'A function asks for state per key on a stream without keys.',
    'Call keyBy(...) first.',
  ],
  NO_CURRENT_KEY: [
    'Keyed state was used where there is no current key, for example in `open`.',
    'Use it while a record or a timer is processed.',
  ],
  TIMER_WITHOUT_KEY: [
    'A timer was registered on a stream without keys.',
    'Call keyBy(...) first and use a keyed process function.',
  ],
  STATE_CONFLICT: [
    'One operator uses a name for two different states, or for one with and without a time to live.',
    'Give each state a name and a descriptor of its own.',
  ],
  STATE_TTL_NOT_SUPPORTED: [
    'Broadcast state or state of a trigger has a time to live.',
    'Use a descriptor without enableTimeToLive there.',
  ],
  STATE_NOT_SERIALIZABLE: ['State holds something that cannot be stored.', 'Keep plain data in state.'],
  UNKNOWN_BROADCAST_STATE: [
    'A function asks for a broadcast state that its operator does not declare.',
    'Pass the descriptor to broadcast(...).',
  ],
  WINDOW_STATE_WHILE_MERGING: [
    'A window function asks for state per window, but its windows merge.',
    'Use the state per key, or windows that do not merge.',
  ],

  // Files
  FILE_EXISTS: ['A file is there already.', 'Choose another name or remove it.'],
  FILE_NOT_FOUND: ['A file or folder is not there.', 'Check the path; relative paths start at the working directory.'],
  IO_ERROR: ['The disk refused an operation.', 'See the cause; check the disk and its free space.'],
  NOT_A_DIRECTORY: ['A part of a path is an ordinary file.', 'Choose another path.'],
  PERMISSION_DENIED: ['The user of the process may not use a path.', 'Give access or choose another path.'],
  UNSUPPORTED_FILE_SYSTEM: [
    'A path has a scheme that nothing serves.',
    'Use one of the schemes that the message lists.',
  ],
  INPUT_FILE_MALFORMED: [
    'An input file does not have the form that its format asks for.',
    'Repair or remove the file.',
  ],
  INPUT_FILE_NOT_FOUND: ['An input file or folder is not there.', 'Check the path given to the source.'],
  INPUT_FILE_NOT_READABLE: ['An input file may not be read.', 'Give the user of the process access.'],
  INPUT_FILE_TRUNCATED: [
    'An input file became shorter while the job ran.',
    'Move finished files into the input folder instead of writing them there.',
  ],
  SOURCE_SPLIT_FAILED: ['Reading a split failed.', 'See the cause, which the source threw.'],
  OUTPUT_PATH_NOT_A_DIRECTORY: ['The output path of a file sink is an ordinary file.', 'Name a folder.'],
  OUTPUT_PATH_NOT_WRITABLE: [
    'The output folder of a file sink may not be written.',
    'Give the user of the process access or choose another folder.',
  ],
  OUTPUT_FILE_LOST: [
    'A finished part of the output was gone before it could be made visible.',
    'Keep other programs from deleting hidden files in the output folder; run the job again.',
  ],
  SINK_RECORD_NOT_ENCODABLE: [
    'A record cannot be written as a line of text.',
    'Return a string for every record, or filter such records out.',
  ],
};
