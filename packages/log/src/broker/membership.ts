/** What a group tells a member. A partition is lost by its old owner before any member takes it. */
export interface Member {
  take(partition: number): void;
  lose(partition: number): void;
}

/** Which member (by index, null where there is none) owns each partition: in turn, so that shares differ by one at most. */
export function shareOut(partitions: number, members: number): (number | null)[] {
  return Array.from({ length: partitions }, (_, partition) => (members === 0 ? null : partition % members));
}

/** The members that share a topic's partitions within one process, in the order in which they joined. */
export class Group {
  #members: readonly Member[] = [];
  #owners: (Member | undefined)[];

  constructor(partitions: number) {
    this.#owners = Array.from({ length: partitions }, () => undefined);
  }

  get empty(): boolean {
    return this.#members.length === 0;
  }

  join(member: Member): void {
    this.#share([...this.#members, member]);
  }

  /** Takes a member out; what it owned goes to the others. */
  leave(member: Member): void {
    this.#share(this.#members.filter((one) => one !== member));
  }

  #share(members: readonly Member[]): void {
    const before = this.#owners;
    const after = shareOut(before.length, members.length).map((index) => (index === null ? undefined : members[index]));
    this.#members = members;
    this.#owners = after;
    for (const [partition, owner] of before.entries()) {
      if (owner !== after[partition]) owner?.lose(partition);
    }
    for (const [partition, owner] of after.entries()) {
      if (owner !== before[partition]) owner?.take(partition);
    }
  }
}
