import { openMemoryStore, type MemoryData } from "./memory.ts";
import { storeContract } from "./testing/index.ts";

storeContract("memory", async () => {
  const data: MemoryData = new Map();
  return { open: async () => openMemoryStore(data), shared: true, stop: async () => data.clear() };
});
