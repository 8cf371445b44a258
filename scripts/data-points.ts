// `npm run data-points`: writes docs/DATA-POINTS.md from the registry of the keeper.
import { writeFileSync } from "node:fs";
import { dataPointTable } from "../keeper/src/features/dataPointTable.ts";

writeFileSync("docs/DATA-POINTS.md", dataPointTable());
