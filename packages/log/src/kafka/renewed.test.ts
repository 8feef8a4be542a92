import { describe, expect, it, vi } from "vitest";
import { Renewed } from "./renewed.ts";

const unknownTopic = (): Error => Object.assign(new Error("no such topic"), { type: "UNKNOWN_TOPIC_OR_PARTITION" });

/** Work that the first client cannot do. */
function failingFirst(client: number): Promise<number> {
  return client === 1 ? Promise.reject(new Error("knows a topic that is gone")) : Promise.resolve(client);
}

/** Clients numbered from 1, and what became of them. */
function clients(): { readonly renewed: Renewed<number>; readonly ended: number[]; made: number; down: boolean } {
  const state = { ended: [] as number[], made: 0, down: false };
  const renewed = new Renewed<number>({
    make: () => {
      state.made += 1;
      return state.down ? Promise.reject(new Error("ECONNREFUSED")) : Promise.resolve(state.made);
    },
    end: async (client) => {
      state.ended.push(client);
      return Promise.resolve();
    },
    notEnded: () => {},
  });
  return Object.assign(state, { renewed });
}

describe("a client that is renewed", () => {
  it("is made once for all who use it", async () => {
    const state = clients();
    const used = Array.from({ length: 3 }, () => state.renewed.use("look", (client) => Promise.resolve(client)));
    expect(await Promise.all(used)).toEqual([1, 1, 1]);
  });

  it("is replaced when it fails after it has been used, and the work is done by the new one", async () => {
    const state = clients();
    await state.renewed.use("look", () => Promise.resolve());
    expect(await state.renewed.use("look", failingFirst)).toBe(2);
    expect(state.ended).toEqual([1]);
  });

  it("is believed when it fails fresh", async () => {
    const state = clients();
    const failing = state.renewed.use("look", () => Promise.reject(new Error("broken pipe")));
    await expect(failing).rejects.toMatchObject({ name: "LogError", code: "unavailable" });
    expect(state.made).toBe(1);
  });

  it("is asked some times more for what may not have spread yet, and not for ever", async () => {
    const state = clients();
    let asked = 0;
    const missing = state.renewed.use("look", () => {
      asked += 1;
      return Promise.reject(unknownTopic());
    });
    await expect(missing).rejects.toMatchObject({ code: "unknown-topic" });
    expect(asked).toBe(4);
    await expect(
      state.renewed.use("look", () => Promise.reject(unknownTopic()), { attempts: 1 }),
    ).rejects.toMatchObject({
      code: "unknown-topic",
    });
  });

  it("is waited for as long as the work has patience", async () => {
    const state = clients();
    state.down = true;
    const waiting = state.renewed.use("append", () => Promise.resolve("done"), { patienceMs: 10_000 });
    await vi.waitFor(() => expect(state.made).toBeGreaterThan(1));
    state.down = false;
    expect(await waiting).toBe("done");
    state.down = true;
    const used = state.renewed.use("append", () => Promise.reject(new Error("gone")), { patienceMs: 50 });
    await expect(used).rejects.toMatchObject({ code: "unavailable" });
  });

  it("is made again after it could not be made", async () => {
    const state = clients();
    state.down = true;
    await expect(state.renewed.use("look", () => Promise.resolve())).rejects.toMatchObject({ code: "unavailable" });
    state.down = false;
    await expect(state.renewed.use("look", () => Promise.resolve("there"))).resolves.toBe("there");
  });

  it("is ended by the last of those at work with it", async () => {
    const state = clients();
    const long = Promise.withResolvers<void>();
    const working = state.renewed.use("work", () => long.promise);
    expect(await state.renewed.use("fail", failingFirst)).toBe(2);
    expect(state.ended).toEqual([]);
    long.resolve();
    await working;
    expect(state.ended).toEqual([1]);
  });

  it("is closed for good", async () => {
    const state = clients();
    await state.renewed.use("look", () => Promise.resolve());
    await state.renewed.close();
    expect(state.ended).toEqual([1]);
    await expect(state.renewed.use("look", () => Promise.resolve())).rejects.toMatchObject({ code: "closed" });
  });
});
