import { expect } from 'chai';
import { withTables } from '../../../bench/nexmark/race-document.js';

describe('a document with the tables of a race', () => {
  it('has new tables between the marks, and everything else as it was', () => {
    const document = 'before\n<!-- race: begin -->\nold\n<!-- race: end -->\nbehind\n';
    const renewed = withTables(document, 'new\n\n');
    expect(renewed).to.equal('before\n<!-- race: begin -->\nnew\n<!-- race: end -->\nbehind\n');
    expect(withTables(renewed, 'new')).to.equal(renewed);
  });

  it('is refused without marks', () => {
    expect(() => withTables('text', 'new')).to.throw('race: begin');
    expect(() => withTables('<!-- race: end --><!-- race: begin -->', 'new')).to.throw('race: begin');
  });
});
