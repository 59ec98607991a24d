/** Generated code can be read, is found again from a stack trace, and takes from outside only what cannot be code. */
import { expect } from 'chai';
import {
  type GeneratedCode,
  generateFunction,
  isIdentifier,
  observeGeneratedCode,
} from '../../../src/core/generated-code.js';

describe('generateFunction', () => {
  it('makes a strict function of the parameters', () => {
    const add = generateFunction('sum', ['a', 'b'], 'return a + b;') as (a: number, b: number) => number;
    expect(add(2, 3)).to.equal(5);
    const self = generateFunction('self', [], 'return this;');
    expect(self()).to.equal(undefined);
  });

  it('shows observers the text, with the names and line numbers of stack traces', () => {
    const seen: GeneratedCode[] = [];
    const end = observeGeneratedCode((code) => seen.push(code));
    const fails = generateFunction('fails', ['what'], "\n\nthrow new Error('failed ' + what);");
    end();
    generateFunction('unseen', [], 'return 1;');
    expect(seen).to.have.length(1);
    const [{ name, text }] = seen as [GeneratedCode];
    expect(name).to.match(/^fails-\d+$/);
    const line = text.split('\n').findIndex((each) => each.startsWith('throw')) + 1;
    expect(() => fails('again'))
      .to.throw('failed again')
      .with.property('stack')
      .that.includes(`flink-yarn:${name}.js:${line}:`);
  });
});

describe('isIdentifier', () => {
  it('accepts what means itself after a dot and as a key', () => {
    for (const name of ['price', '_x', '$1', 'constructor', 'class']) expect(isIdentifier(name), name).to.equal(true);
  });

  it('refuses everything that could be more than a name', () => {
    for (const name of ['', '1a', 'a b', 'a;b', 'a\n', 'ä', '__proto__', '`', "a'"])
      expect(isIdentifier(name), name).to.equal(false);
  });
});
