/** Something that was asked for makes no sense: told in one line, before anything runs. */
export class InputError extends Error {}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
