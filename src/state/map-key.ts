/**
 * Keys as keys of a JavaScript Map. Primitives stand for themselves (a Map tells 1, '1' and 1n apart and takes -0 as 0);
 * dates and tuples become strings that start with a NUL character, which other strings escape.
 *
 *   Date     NUL d <milliseconds>
 *   tuple    NUL t <part>…      part: s<length>:<text>  n<number>;  i<bigint>;  d<milliseconds>;  b0  b1
 *   string that starts with NUL    NUL s <text>
 */
import type { Key, KeyPart } from '../api/key.js';
import { FlinkError } from '../core/errors.js';
import { renderValue } from '../serialization/render-value.js';

export type MapKey = string | number | bigint | boolean;

/** hot path */
export function toMapKey(key: Key): MapKey {
  if (typeof key === 'string') return key.charCodeAt(0) === 0 ? `\0s${key}` : key;
  if (typeof key !== 'object') return key;
  if (key instanceof Date) return `\0d${key.getTime()}`;
  if (!Array.isArray(key)) throw invalidKey(key);
  let text = '\0t';
  for (let i = 0; i < key.length; i++) text += encodePart(key[i] as KeyPart, key);
  return text;
}

/** The key of which `toMapKey` made this. */
export function fromMapKey(key: MapKey): Key {
  if (typeof key !== 'string' || key.charCodeAt(0) !== 0) return key;
  const kind = key[1];
  if (kind === 's') return key.slice(2);
  if (kind === 'd') return new Date(Number(key.slice(2)));
  return decodeTuple(key);
}

function encodePart(part: KeyPart, key: Key): string {
  switch (typeof part) {
    case 'string':
      return `s${part.length}:${part}`;
    case 'number':
      return `n${part};`;
    case 'bigint':
      return `i${part};`;
    case 'boolean':
      return part ? 'b1' : 'b0';
    default:
      if (part instanceof Date) return `d${part.getTime()};`;
      throw invalidKey(key);
  }
}

function decodeTuple(text: string): readonly KeyPart[] {
  const parts: KeyPart[] = [];
  let position = 2;
  while (position < text.length) {
    const kind = text[position++];
    if (kind === 'b') {
      parts.push(text[position++] === '1');
      continue;
    }
    const end = text.indexOf(kind === 's' ? ':' : ';', position);
    const field = text.slice(position, end);
    position = end + 1;
    if (kind === 's') {
      parts.push(text.slice(position, position + Number(field)));
      position += Number(field);
    } else if (kind === 'n') parts.push(Number(field));
    else if (kind === 'i') parts.push(BigInt(field));
    else parts.push(new Date(Number(field)));
  }
  return parts;
}

function invalidKey(key: unknown): FlinkError {
  return new FlinkError('INVALID_KEY', `${renderValue(key)} cannot be a key`, {
    domain: 'user',
    remedy: 'A key is a string, finite number, bigint, boolean, valid Date, or a tuple of these.',
    details: { key: renderValue(key) },
  });
}
