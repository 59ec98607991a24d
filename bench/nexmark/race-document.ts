/** Puts the tables of a race into a document, between two marks. Pure. */
const BEGIN = '<!-- race: begin -->';
const END = '<!-- race: end -->';

/** What stood between the marks is replaced; throws when they are not there. */
export function withTables(document: string, tables: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`it has no '${BEGIN}' with '${END}' behind it`);
  return `${document.slice(0, begin + BEGIN.length)}\n${tables.trim()}\n${document.slice(end)}`;
}
