import { afterEach, expect, it } from "vitest";
import { startInstallation, type Installation } from "../testing/installation.ts";

let installation: Installation | undefined;
afterEach(() => installation?.stop());

it("does not begin on the log of another site, and leaves that as it is", async () => {
  const first = await startInstallation({ site: "chicago" });
  installation = first;
  const before = await first.controls();
  await first.halt();
  const other = startInstallation({ site: "jiaxing", directory: first.directory });
  await expect(other).rejects.toMatchObject({
    code: "other-site",
    message: expect.stringMatching(/is site chicago; SANFEN_SITE says jiaxing.*SANFEN_SITE=chicago.*start --fresh/),
  });
  installation = await startInstallation({ site: "chicago", directory: first.directory });
  expect(await installation.controls()).toEqual(before);
});
