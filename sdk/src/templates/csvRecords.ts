import { WeightsCsvInvalidError } from "./errors.ts";

/** One record of a table, with the line it begins on. */
export type CsvRecord = { line: number; fields: readonly string[] };

/** What separates fields: whichever of these stands first in the first line that is not blank. */
function separatorOf(text: string): string {
  const [first = ""] = text.split("\n").filter((line) => line.trim() !== "");
  return /[,;\t]/.exec(first.replace(/"[^"]*"/g, ""))?.[0] ?? ",";
}

/**
 * Records of a table as RFC 4180 has them: quoted fields with doubled quotes, any line ends, a byte order mark. Blank lines
 * are skipped, and blanks around fields do not count.
 */
export function readRecords(source: string): CsvRecord[] {
  const text = source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const separator = separatorOf(text);
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let field = "";
  let line = 1;
  let begin = 1;
  let quotedAt = 0; // the line of an open quote; 0 = none
  let wasQuoted = false;

  const endField = (): void => {
    fields.push(field.trim());
    field = "";
    wasQuoted = false;
  };
  const endRecord = (): void => {
    endField();
    if (fields.some((value) => value !== "")) records.push({ line: begin, fields });
    fields = [];
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (character === "\n") line++;
    if (quotedAt > 0) {
      if (character !== '"') field += character;
      else if (text[i + 1] === '"') {
        field += '"';
        i++;
      } else quotedAt = 0;
    } else if (character === '"' && field.trim() === "" && !wasQuoted) {
      quotedAt = line;
      wasQuoted = true;
      field = "";
    } else if (character === separator) endField();
    else if (character === "\n") {
      endRecord();
      begin = line;
    } else if (character === '"' || (wasQuoted && character.trim() !== "")) {
      throw new WeightsCsvInvalidError(
        line,
        "quote",
        "a quote stands in the middle of a field. Quote whole fields only.",
      );
    } else field += character;
  }
  if (quotedAt > 0) throw new WeightsCsvInvalidError(quotedAt, "quote", "a quote is opened and never closed.");
  endRecord();
  return records;
}
