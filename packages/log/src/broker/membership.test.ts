import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Group, shareOut, type Member } from "./membership.ts";

it("gives nothing to nobody, and each partition to one", () => {
  expect(shareOut(3, 0)).toEqual([null, null, null]);
  expect(shareOut(0, 2)).toEqual([]);
  expect(shareOut(5, 2)).toEqual([0, 1, 0, 1, 0]);
  expect(shareOut(2, 3)).toEqual([0, 1]);
});

it("keeps, whoever comes and goes, one owner a partition and fair shares, and takes before it gives", () => {
  const steps = fc.array(fc.record({ joins: fc.boolean(), who: fc.nat(9) }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), steps, (partitions, moves) => {
      const group = new Group(partitions);
      const owners = new Map<number, number>();
      const members: { readonly id: number; readonly member: Member }[] = [];
      for (const [id, { joins, who }] of moves.entries()) {
        if (joins) {
          const member: Member = {
            take: (partition) => {
              expect(owners.has(partition)).toBe(false);
              owners.set(partition, id);
            },
            lose: (partition) => {
              expect(owners.get(partition)).toBe(id);
              owners.delete(partition);
            },
          };
          members.push({ id, member });
          group.join(member);
        } else if (members.length > 0) {
          group.leave(members.splice(who % members.length, 1)[0]!.member);
        }
        expect(group.empty).toBe(members.length === 0);
        expect(owners.size).toBe(members.length === 0 ? 0 : partitions);
        const shares = members.map((one) => [...owners.values()].filter((owner) => owner === one.id).length);
        expect(Math.max(0, ...shares) - Math.min(...shares, Infinity)).toBeLessThanOrEqual(1);
      }
    }),
  );
});
