/**
 * The network between simulated processes: every link has its latency and keeps the order of its messages; requests and
 * answers get lost, links are blocked in one direction. A lost answer is the unknown outcome: done, but nobody was told.
 */
import type { Random } from '../../core/random.js';
import { LocalRpcNetwork } from '../../rpc/local/local-rpc-network.js';
import type { RpcMessage } from '../../rpc/local/rpc-message.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { SimulatedScheduler } from './simulated-scheduler.js';

export type NetworkFault = 'request-loss' | 'answer-loss' | 'blocked-link' | 'slow-message';

export interface NetworkConditions {
  readonly minLatencyMs: number;
  readonly maxLatencyMs: number;
  /** Probabilities for each message, while faults are on. */
  readonly requestLoss: number;
  readonly answerLoss: number;
  readonly slowMessage: number;
  readonly slowMessageMs: number;
}

export class SimulatedNetwork extends LocalRpcNetwork {
  /** False in the calm tail: nothing is lost or slow any more. */
  isFaulty = true;
  /** Told of every call when it is sent. */
  onCall: (method: string) => void = () => undefined;
  private readonly scheduler: SimulatedScheduler;
  private readonly random: Random;
  private readonly conditions: NetworkConditions;
  private readonly onHit: (fault: NetworkFault) => void;
  private readonly processes = new Map<string, SimulatedProcess>();
  private readonly lastArrival = new Map<string, number>();
  private readonly blocked = new Map<string, number>();
  private readonly vanished = new Set<string>();

  constructor(
    scheduler: SimulatedScheduler,
    random: Random,
    conditions: NetworkConditions,
    onHit: (fault: NetworkFault) => void,
  ) {
    super();
    this.scheduler = scheduler;
    this.random = random;
    this.conditions = conditions;
    this.onHit = onHit;
  }

  /** Messages to the process run in it: not while it is paused, never when it is dead. */
  addProcess(process: SimulatedProcess): void {
    this.processes.set(process.name, process);
  }

  /** The machine is gone: messages to it are not even refused. */
  vanish(name: string): void {
    this.vanished.add(name);
  }

  /** Drops everything on the link in this direction until the same number of `unblock` calls. */
  block(from: string, to: string): void {
    const link = `${from}>${to}`;
    this.blocked.set(link, (this.blocked.get(link) ?? 0) + 1);
  }

  unblock(from: string, to: string): void {
    const link = `${from}>${to}`;
    const count = (this.blocked.get(link) ?? 0) - 1;
    if (count > 0) this.blocked.set(link, count);
    else this.blocked.delete(link);
  }

  protected override deliver(from: string, to: string, message: RpcMessage, run: () => void): void {
    if (this.vanished.has(to)) return;
    this.scheduler.note(`${from}>${to} ${message.type} ${message.type === 'connect' ? '' : message.method}`);
    if (message.type === 'call') this.onCall(message.method);
    if (from === to) {
      this.arriveIn(to, 0, run);
      return;
    }
    const isAnswer = message.type === 'result' || message.type === 'failure';
    if (this.isFaulty && this.isLost(`${from}>${to}`, isAnswer)) return;
    this.arriveIn(to, this.delayOn(`${from}>${to}`), run);
  }

  private isLost(link: string, isAnswer: boolean): boolean {
    const { requestLoss, answerLoss } = this.conditions;
    if (this.blocked.has(link)) {
      this.onHit('blocked-link');
      return true;
    }
    if (this.random.next() >= (isAnswer ? answerLoss : requestLoss)) return false;
    this.onHit(isAnswer ? 'answer-loss' : 'request-loss');
    return true;
  }

  /** Later than everything that was sent on the link before. */
  private delayOn(link: string): number {
    const { minLatencyMs, maxLatencyMs, slowMessage, slowMessageMs } = this.conditions;
    let latency = minLatencyMs + this.random.next() * (maxLatencyMs - minLatencyMs);
    if (this.isFaulty && this.random.next() < slowMessage) {
      latency += this.random.next() * slowMessageMs;
      this.onHit('slow-message');
    }
    const { now } = this.scheduler;
    const arrival = Math.max(now + latency, (this.lastArrival.get(link) ?? 0) + 0.001);
    this.lastArrival.set(link, arrival);
    return arrival - now;
  }

  private arriveIn(to: string, delayMs: number, run: () => void): void {
    const process = this.processes.get(to);
    // Nobody is at that address: whoever asked hears so.
    if (process === undefined || process.isDead) this.scheduler.schedule(delayMs, run);
    else process.schedule(delayMs, run);
  }
}
