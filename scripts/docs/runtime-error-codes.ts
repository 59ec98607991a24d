/** Errors of running jobs and of the components among each other. */
import type { ErrorMeaning } from './error-codes.js';

const HANDLED =
  'Nothing: the sender repeats it or the job restarts. As the cause of a failed job, see the log around it.';
const BUG = 'A fault of this package: please report it with the log.';

export const RUNTIME_ERRORS: Readonly<Record<string, ErrorMeaning>> = {
  // Jobs
  JOB_FAILED: [
    'A job has failed and its restart strategy does not start it again.',
    'See the cause, whose remedy is repeated.',
  ],
  JOB_CANCELED: ['A job was cancelled while somebody waited for its result.', 'Nothing, if that was intended.'],
  JOB_NOT_FOUND: ['There is no job with that id.', 'List the jobs; ended ones are forgotten after a while.'],
  JOB_ALREADY_TERMINATED: ['A job that has ended cannot be cancelled.', 'Nothing.'],
  DUPLICATE_JOB: ['A job with that id was submitted before.', 'Submit it under another id.'],
  NO_RESOURCE_AVAILABLE: [
    'A job did not get as many slots as it needs within `slot.request.timeout`.',
    'More TaskManagers or slots, or a lower parallelism.',
  ],
  TASK_FAILED: ['A task failed without a reason.', BUG],
  TASK_CANCELED: ['A task was cancelled by its TaskManager without the job having asked.', HANDLED],
  TASK_CANCELLATION_TIMEOUT: [
    'A task did not react to cancellation; its thread was ended.',
    'Look for a function that loops or waits without end.',
  ],
  COLLECTED_RECORDS_GONE: [
    'Records that a client asked for were fetched before and are not kept.',
    'Let one client alone collect from a sink, from its first record on.',
  ],
  COORDINATOR_FAILED: ['The enumerators of the sources failed without a reason.', BUG],
  TASK_MANAGER_LOST: [
    'A TaskManager was silent for `heartbeat.timeout`, or is gone.',
    'Look at its end of the log; the job restarts if its strategy allows.',
  ],
  TASK_MANAGER_KILLED: ['A TaskManager was ended by force.', HANDLED],
  TASK_MANAGER_STOPPED: ['A TaskManager stops.', HANDLED],
  SLOT_LOST: ['A slot of a job is gone although its TaskManager is there.', HANDLED],
  SLOT_GIVEN_UP: ['A TaskManager gave a slot back.', HANDLED],
  SLOT_THREAD_DIED: [
    'The thread of a slot ended by itself.',
    'Look for process.exit, a native crash, or too little memory.',
  ],
  SLOT_THREAD_ENDED: ['The thread of a slot was ended while something was asked of it.', HANDLED],
  CLUSTER_NOT_RUNNING: ['An embedded cluster was used before start() or after close().', 'Call start() first.'],
  TOO_MANY_SLOTS: [
    'A process runs more slots than its shared memory has room for.',
    'Spread the slots over more TaskManagers.',
  ],

  // Between components
  FENCING_TOKEN_MISMATCH: ['A message was meant for an earlier leader.', HANDLED],
  EVENT_LOST: ['A message arrived before the one that precedes it.', HANDLED],
  STALE_ATTEMPT: ['A message belongs to an attempt that is over.', HANDLED],
  TIMEOUT: ['A call or a step did not finish in its time.', HANDLED],
  RECIPIENT_UNREACHABLE: ['Nobody answers at an address.', HANDLED],
  ENDPOINT_STOPPED: ['A component has stopped.', HANDLED],
  RPC_STOPPED: ['The transport of a component has stopped.', HANDLED],
  ENDPOINT_EXISTS: ['Two components claim one address.', BUG],
  NODE_EXISTS: ['Two nodes of the in-process network have one name.', BUG],
  RPC_NOT_SERIALIZABLE: ['A message between components is not plain data.', BUG],
  UNKNOWN_RPC_METHOD: ['A component was sent a call that it does not have.', BUG],
  UNKNOWN_JOB_MASTER: ['A JobMaster is not registered at the ResourceManager.', HANDLED],
  UNKNOWN_TASK_EXECUTOR: ['A TaskManager is not registered at the ResourceManager.', HANDLED],
  UNKNOWN_TASK_MANAGER: ['A TaskManager is not registered at the JobMaster.', HANDLED],
  JOB_UNKNOWN: ['A TaskManager holds nothing for a job.', HANDLED],
  HOST_UNKNOWN: ['A coordinator host does not run on that TaskManager.', HANDLED],
  TASK_UNKNOWN: ['A task is not on that TaskManager.', HANDLED],
  TASK_NOT_RUNNING: ['A task does not run any more.', HANDLED],
  SLOT_UNKNOWN: ['A TaskManager does not have the slot.', HANDLED],
  SLOT_OCCUPIED: ['A slot belongs to somebody else.', HANDLED],
  SLOT_ENDING: ['A slot takes no more tasks of an attempt that is ending.', HANDLED],

  // Ourselves
  CORRUPT_DATA: [
    'Serialized data is damaged. Nothing of it was used.',
    'If it came from a file, restore the file; else please report it.',
  ],
  ILLEGAL_STATE: ['Something is in a state in which it must not be.', BUG],
  ILLEGAL_TRANSITION: ['A job or task was to go from one state into another that cannot follow.', BUG],
  INTERNAL_ERROR: ['A component failed on its own account.', BUG],
  NOT_MAIN_THREAD: ['The state of a component was touched outside of its main thread.', BUG],
  SIMULATION_VIOLATION: [
    'The simulation saw a rule broken: a lost or doubled record, a leaked slot, a job without end.',
    'Run it again with the seed that is printed, and read the trace.',
  ],
  TRANSACTION_UNKNOWN: ['The sink of the simulation was told to commit what was never prepared.', BUG],
};
