import { expect } from 'chai';
import fc from 'fast-check';
import { formatMap, mapOption } from '../../../src/config/config-option.js';
import { flinkErrorOf } from '../../helpers/flink-errors.js';

describe('mapOption', () => {
  const option = mapOption('some.map', 'Pairs.');

  it("reads Flink's form of a map", () => {
    expect(option.parse('a:1, b : two words ,c:')).to.deep.equal({ a: '1', b: 'two words', c: '' });
    expect(option.parse("'a:b':'it''s, fine'")).to.deep.equal({ 'a:b': "it's, fine" });
    expect(option.parse('url:http://host:80')).to.deep.equal({ url: 'http://host:80' });
    expect(option.parse(' ')).to.deep.equal({});
  });

  it('reads back whatever formatMap wrote', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', "'", ':', ',', ' ', '\n', 'é') });
    const keys = texts.filter((key) => key !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(keys, texts), (entries) => {
        expect(option.parse(formatMap(entries))).to.deep.equal({ ...entries });
      }),
    );
  });

  it('refuses what is no map, by the name of the option', () => {
    for (const text of ['a', 'a:1,,b:2', "a:'open", 'a:1,']) {
      expect(flinkErrorOf('CONFIG_INVALID_VALUE', () => option.parse(text)).message).to.include('some.map');
    }
  });
});
