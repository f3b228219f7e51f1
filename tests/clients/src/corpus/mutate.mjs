/**
 * Writes the themes `mutants-…`: valid documents of which one or two tokens were dropped, doubled, swapped or replaced.
 *
 * Invariant: the same seed over the same documents and the same graphql-js gives the same files.
 */
import { readFileSync, readdirSync } from "node:fs";
import { Lexer, Source, TokenKind } from "graphql";
import { write } from "./files.mjs";
import { schema, verdict } from "./verdict.mjs";

const seed = 20260101;
/** How many documents of each verdict are kept: most mutants are errors of syntax, which say the least. */
const wanted = { valid: 80, validation: 160, syntax: 80, variables: 20 };
const attempts = 20_000;

const repository = new URL("../../../../", import.meta.url);
const folders = ["tests/clients/operations/", "playground/queries/"];

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomness(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function tokens(text) {
  const lexer = new Lexer(new Source(text));
  const found = [];
  while (lexer.advance().kind !== TokenKind.EOF) {
    found.push(text.slice(lexer.token.start, lexer.token.end));
  }
  return found;
}

/** Single definitions with the fragments of their file left out mean little: a document is a whole file. */
const documents = folders.flatMap((folder) => {
  const files = readdirSync(new URL(folder, repository)).filter((file) => file.endsWith(".graphql"));
  return files.sort().map((file) => tokens(readFileSync(new URL(folder + file, repository), "utf8")));
});

const fields = Object.values(schema.getTypeMap()).flatMap((type) => Object.keys(type.getFields?.() ?? {}));
const punctuators = ["{", "}", "(", ")", "[", "]", ":", "!", "$x", "$id", "...", "@", "=", "|", "&", "..."];
const values = ["1", "1.5", '"text"', "true", "null", "NAME", "[]", "{}", '""" block """'];
const words = ["on", "query", "mutation", "fragment", "subscription", "@include(if: true)", "@skip(if: true)", "__typename"];
const vocabulary = [fields, Object.keys(schema.getTypeMap()), punctuators, values, words];

const random = randomness(seed);
const pick = (list) => list[Math.floor(random() * list.length)];
const position = (list) => Math.floor(random() * list.length);

const changes = {
  dropped: (list) => list.splice(position(list), 1),
  doubled: (list) => {
    const at = position(list);
    list.splice(at, 0, list[at]);
  },
  swapped: (list) => {
    const at = Math.floor(random() * (list.length - 1));
    list.splice(at, 2, list[at + 1], list[at]);
  },
  replaced: (list) => list.splice(position(list), 1, pick(pick(vocabulary))),
  "replaced by another of its own": (list) => list.splice(position(list), 1, pick(list)),
  inserted: (list) => list.splice(position(list), 0, pick(pick(vocabulary))),
};

function mutant() {
  const list = [...pick(documents)];
  const names = Array.from({ length: random() < 0.7 ? 1 : 2 }, () => pick(Object.keys(changes)));
  names.forEach((name) => changes[name](list));
  return { name: names.join(", "), document: list.join(" ") };
}

const kept = Object.fromEntries(Object.keys(wanted).map((kind) => [kind, []]));
const seen = new Set();
for (let attempt = 0; attempt < attempts; attempt += 1) {
  const { name, document } = mutant();
  // Of several operations the first with a name is asked for, so that more than the choice is judged.
  const operationName = /\b(?:query|mutation) ([A-Za-z]+)/.exec(document)?.[1];
  const entry = { name, document, ...(operationName === undefined ? {} : { operationName }) };
  const judged = verdict(entry);
  if (kept[judged]?.length < wanted[judged] && !seen.has(document)) {
    seen.add(document);
    kept[judged].push({ ...entry, name: `${kept[judged].length + 1}: ${name}`, verdict: judged });
  }
}
for (const [kind, entries] of Object.entries(kept)) {
  write(`mutants-${kind}`, entries);
  console.log(`${kind}: ${entries.length}`);
}
