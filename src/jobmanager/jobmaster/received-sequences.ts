/** Tells repeated messages from new ones: each stream counts its messages from 0 and waits for each acknowledgement. */
export class ReceivedSequences {
  private readonly next = new Map<string, number>();

  /** False for a message that was taken before. */
  accept(stream: string, sequence: number): boolean {
    if (sequence < (this.next.get(stream) ?? 0)) return false;
    this.next.set(stream, sequence + 1);
    return true;
  }

  clear(): void {
    this.next.clear();
  }
}
