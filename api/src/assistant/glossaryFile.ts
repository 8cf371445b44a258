import { readFileSync } from "node:fs";
import { Glossary } from "./glossary.ts";

/** The glossary of this version: docs/GLOSSARY.md, the page that people read. */
export const GLOSSARY = new Glossary(readFileSync(new URL("../../../docs/GLOSSARY.md", import.meta.url), "utf8"));
