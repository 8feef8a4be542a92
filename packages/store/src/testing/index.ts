export { storeContract } from "./contract.ts";
export type { StoreFixture } from "./under-test.ts";
