/** Errors for states whose time to live does not fit what is known under their name. */
import type { WithTimeToLive } from '../../api/state.js';
import { FlinkError, isFlinkError } from '../../core/errors.js';

/** What the backend says of a name that is taken, with what may be behind it. */
export function explainConflict(error: unknown, name: string): unknown {
  if (!isFlinkError(error) || error.code !== 'STATE_CONFLICT') return error;
  return new FlinkError(
    'STATE_CONFLICT',
    `${error.message}; or state '${name}' has a time to live in one place and none in another, or had one when it was stored`,
    {
      domain: 'user',
      cause: error,
      remedy:
        'Use one descriptor for one state; to give a stored state a time to live, or take it away, rename the state.',
      details: { state: name },
    },
  );
}

export function contentOfAnotherKind(name: string, wanted: string): FlinkError {
  return new FlinkError(
    'STATE_CONFLICT',
    `state '${name}' was asked for as ${wanted} state with a time to live, but was stored as another kind`,
    {
      domain: 'user',
      remedy: 'Give the state another name, or ask for the kind that it was.',
      details: { state: name, wanted },
    },
  );
}

export function differentConfig(name: string): FlinkError {
  return new FlinkError('STATE_CONFLICT', `state '${name}' was asked for with two kinds or times to live`, {
    domain: 'user',
    remedy: 'Use one descriptor for one state.',
    details: { state: name },
  });
}

/** Throws STATE_TTL_NOT_SUPPORTED for a descriptor with a time to live. hot path */
export function refuseTtl(descriptor: WithTimeToLive & { readonly name: string }, where: string): void {
  if (descriptor.ttlConfig?.isEnabled === true) throw notSupported(descriptor.name, where);
}

function notSupported(name: string, where: string): FlinkError {
  return new FlinkError('STATE_TTL_NOT_SUPPORTED', `state '${name}' has a time to live, which ${where} cannot have`, {
    domain: 'user',
    remedy: 'Use a descriptor without enableTimeToLive there.',
    details: { state: name },
  });
}
