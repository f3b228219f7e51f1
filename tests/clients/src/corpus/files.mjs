/**
 * The files of the corpus: each a theme, with requests and the verdict of graphql-js on each.
 *
 * Invariant: what is written reads the same again, one request after the other in the order of the file.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const folder = new URL("../../../corpus/", import.meta.url);

/** The names of all themes. */
export function themes() {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.map((file) => file.slice(0, -".json".length)).sort();
}

/** The requests of a theme. */
export function requests(theme) {
  return JSON.parse(readFileSync(new URL(`${theme}.json`, folder), "utf8"));
}

/** Writes the requests of a theme, each on a line of its own, with no sign that an editor would hide. */
export function write(theme, entries) {
  const lines = entries.map((entry) => JSON.stringify(entry).replace(hidden, escaped));
  writeFileSync(new URL(`${theme}.json`, folder), `[\n${lines.join(",\n")}\n]\n`);
}

const hidden = /[\u007f-\u00a0\u200b-\u200f\u2028\u2029\ufeff\uffff]/g;

function escaped(sign) {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
