/** What a component knows of the outside world: handed to every component, replaced as a whole by the simulation. */
import { type Clock, SystemClock } from './clock.js';
import { type Logger, silentLogger } from './logger.js';
import { type Random, SystemRandom } from './random.js';

/** Named places where the simulation or a test makes something go wrong. Production answers false everywhere. */
export interface FaultPoints {
  /** True when the fault planted at `point` shall happen now. */
  hits(point: string): boolean;
}

export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly faults: FaultPoints;
}

export const noFaults: FaultPoints = { hits: () => false };

export function systemEnvironment(log: Logger = silentLogger): Environment {
  return { clock: new SystemClock(), random: new SystemRandom(), log, faults: noFaults };
}
