/** Every option that is honoured today; conf/config.yaml and docs/reference/config.md are generated from this list. */
import {
  booleanOption,
  type ConfigOption,
  durationOption,
  enumOption,
  intOption,
  mapOption,
  memoryOption,
  onlyTrue,
  stringOption,
} from './config-option.js';

export const CoreOptions = {
  defaultParallelism: intOption('parallelism.default', 1, 'Default parallelism of jobs.'),
  maxParallelism: intOption(
    'pipeline.max-parallelism',
    -1,
    'Upper bound of the parallelism after rescaling, 1 to 32768; -1 derives it from the parallelism.',
    -1,
  ),
  jobName: stringOption('pipeline.name', '', 'Name of the job; the argument of execute() wins.'),
  operatorChaining: booleanOption('pipeline.operator-chaining.enabled', true, 'Fuse operators into chains.'),
  chainDifferentMaxParallelism: booleanOption(
    'pipeline.operator-chaining.chain-operators-with-different-max-parallelism',
    true,
    'Fuse operators also where their max parallelism differs; the chain has that of its first operator.',
  ),
  globalJobParameters: mapOption(
    'pipeline.global-job-parameters',
    'Parameters of the program that its functions can read, as key1:value1,key2:value2.',
  ),
  objectReuse: onlyTrue(
    booleanOption(
      'pipeline.object-reuse',
      true,
      'Hand records to chained operators by reference. Records are immutable once emitted (differs from Flink: default true). ' +
        'Copying them instead is not supported, false is refused.',
    ),
  ),
  autoWatermarkInterval: durationOption(
    'pipeline.auto-watermark-interval',
    '200 ms',
    'How often watermark generators are asked for a watermark; 0 ms asks after every record.',
  ),
  runtimeMode: enumOption(
    'execution.runtime-mode',
    ['STREAMING', 'BATCH', 'AUTOMATIC'],
    'STREAMING',
    'How the job runs. BATCH is not supported and refused.',
  ),
  bufferTimeout: durationOption(
    'execution.buffer-timeout.interval',
    '100 ms',
    'The longest that a record waits in a partly filled buffer.',
  ),
  restartStrategy: enumOption(
    'restart-strategy.type',
    ['none', 'disable', 'off', 'fixed-delay', 'fixeddelay'],
    'none',
    'What happens after a failure.',
  ),
  fixedDelayAttempts: intOption('restart-strategy.fixed-delay.attempts', 1, 'Restarts before the job fails.', 0),
  fixedDelayDelay: durationOption('restart-strategy.fixed-delay.delay', '1 s', 'Pause before a restart.'),
  recordChecks: enumOption(
    'node.record-checks',
    ['none', 'sampled', 'all'],
    'none',
    'Look for emitted records that change afterwards or cannot be serialized, so that mistakes show before a cluster ' +
      'runs the job: none, sampled (the first 100 of each edge, then one in 10,000), or all, which are frozen and copied ' +
      'as well. Local runs use sampled.',
  ),
} as const;

export const TaskManagerOptions = {
  numTaskSlots: intOption('taskmanager.numberOfTaskSlots', 1, 'Slots of a TaskManager.'),
  segmentSize: memoryOption('taskmanager.memory.segment-size', '32kb', 'Size of a network buffer.'),
  buffersPerChannel: intOption('taskmanager.network.memory.buffers-per-channel', 2, 'Exclusive buffers of a channel.'),
  floatingBuffersPerGate: intOption(
    'taskmanager.network.memory.floating-buffers-per-gate',
    8,
    'Buffers that the channels of a result partition share.',
    0,
  ),
  slotTimeout: durationOption(
    'taskmanager.slot.timeout',
    '10 s',
    'How long a slot that no JobMaster has accepted stays reserved for its job.',
  ),
  cancellationTimeout: durationOption(
    'task.cancellation.timeout',
    '180000 ms',
    'After this time a task that does not react to cancellation is ended by force.',
  ),
} as const;

export const JobManagerOptions = {
  heartbeatInterval: durationOption('heartbeat.interval', '10 s', 'Pause between heartbeats.'),
  heartbeatTimeout: durationOption('heartbeat.timeout', '50 s', 'Silence after which the other side counts as dead.'),
  heartbeatRpcFailureThreshold: intOption(
    'heartbeat.rpc-failure-threshold',
    2,
    'Heartbeat requests in a row that find nobody, after which the other side counts as dead; -1 waits for the timeout.',
    -1,
  ),
  slotRequestTimeout: durationOption(
    'slot.request.timeout',
    '5 min',
    'How long a job waits for slots before it fails.',
  ),
  jobStoreExpirationTime: intOption(
    'jobstore.expiration-time',
    3600,
    'Seconds for which details and result of an ended job can be asked for.',
    0,
  ),
  rpcTimeout: durationOption('pekko.ask.timeout', '10 s', 'How long a remote call waits for its answer.'),
  miniClusterTaskManagers: intOption('minicluster.number-of-taskmanagers', 1, 'TaskManagers of an embedded cluster.'),
} as const;

export const ALL_OPTIONS: readonly ConfigOption<unknown>[] = [
  ...Object.values(CoreOptions),
  ...Object.values(TaskManagerOptions),
  ...Object.values(JobManagerOptions),
];
