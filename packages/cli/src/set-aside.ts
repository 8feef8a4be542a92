/** A fresh beginning that costs nothing to undo: the data directory is renamed, not deleted. */
import { rename, stat } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import type { Config } from "@sanfen/service";
import { CliError, EXIT } from "./exit.ts";
import { openPorts } from "./installation.ts";
import type { Terminal } from "./terminal.ts";

/** Renames the data directory to `<name>.<instant>` and says how to get it back. Nothing where there is none. */
export async function setDataAside(terminal: Terminal, config: Config): Promise<void> {
  const { dataDir } = config;
  for (const port of [config.log, config.store]) {
    if (port.kind === "sqlite" && isInside(port.file, dataDir)) continue;
    throw new CliError(
      EXIT.usage,
      {
        zh: "--fresh 只用于日志和状态库都是数据目录中文件的安装",
        en: "--fresh is for an installation whose log and store are files in the data directory",
      },
      {
        zh: "此安装须在 Kafka 或 MongoDB 中自行另起",
        en: "begin anew where this one keeps them: other topics, another database",
      },
    );
  }
  if (!(await exists(dataDir))) return;
  // Whoever has it open would go on writing into the renamed files.
  const ports = await openPorts({ config });
  await ports.close();
  const aside = `${resolve(dataDir)}.${new Date().toISOString().replace(/[-:]/g, "").slice(0, 15)}`;
  await rename(resolve(dataDir), aside);
  terminal.note({
    zh: `原有数据已移到 ${aside}；要恢复：停止后把它改名回 ${resolve(dataDir)}`,
    en: `what was there is now in ${aside}; to get it back, stop and rename it to ${resolve(dataDir)}`,
  });
}

function isInside(file: string, directory: string): boolean {
  const path = relative(resolve(directory), resolve(file));
  return path !== "" && !path.startsWith("..") && !isAbsolute(path);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
