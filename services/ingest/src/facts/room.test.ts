import { expect, it } from "vitest";
import { Room } from "./room.ts";

it("refuses what goes beyond the number of requests, until one gives back", () => {
  const room = new Room(2, 100);
  const first = room.take(1)!;
  expect(room.take(1)).toBeDefined();
  expect(room.take(1)).toBeUndefined();
  first();
  first();
  expect(room.take(1)).toBeDefined();
  expect(room.take(1)).toBeUndefined();
});

it("refuses what goes beyond the bytes, but lets a large one in alone", () => {
  const room = new Room(10, 100);
  const large = room.take(500)!;
  expect(room.take(1)).toBeUndefined();
  large();
  expect(room.take(60)).toBeDefined();
  expect(room.take(60)).toBeUndefined();
});
