import { expect } from 'chai';
import { Doorbells } from '../../../src/network/doorbell.js';

describe('Doorbells', () => {
  it('count rings for each slot', () => {
    const doorbells = new Doorbells(new SharedArrayBuffer(8));
    doorbells.ring(1);
    doorbells.ring(1);
    expect([doorbells.count(0), doorbells.count(1)]).to.deep.equal([0, 2]);
  });

  it('do not lose a ring between looking and waiting', () => {
    const doorbells = new Doorbells(new SharedArrayBuffer(8));
    const seen = doorbells.count(0);
    doorbells.ring(0);
    expect(doorbells.wait(0, seen, 60_000)).to.equal(true);
    expect(doorbells.wait(0, doorbells.count(0), 0)).to.equal(false);
  });

  it('call the listener of a slot in this thread, whoever holds the same memory', () => {
    const memory = new SharedArrayBuffer(8);
    const calls: string[] = [];
    const stop = new Doorbells(memory).listen(1, () => calls.push('one'));
    const ringer = new Doorbells(memory);
    ringer.ring(0);
    ringer.ring(1);
    stop();
    ringer.ring(1);
    expect(calls).to.deep.equal(['one']);
    expect(ringer.count(1)).to.equal(2);
  });
});
