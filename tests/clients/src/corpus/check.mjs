/**
 * Judges the corpus of `tests/corpus` anew and compares with the verdicts that it holds; the tests of Aisle compare
 * them with its own answers. `--update` writes the verdicts instead.
 */
import { requests, themes, write } from "./files.mjs";
import { verdict } from "./verdict.mjs";

const isUpdate = process.argv.includes("--update");
const counts = {};
const seen = new Map();
let differences = 0;

for (const theme of themes()) {
  const entries = requests(theme);
  for (const entry of entries) {
    const judged = verdict(entry);
    if (isUpdate) {
      entry.verdict = judged;
    } else if (entry.verdict !== judged) {
      differences += 1;
      console.error(`${theme}: ${entry.name}: the corpus says ${entry.verdict}, graphql-js ${judged}`);
    }
    counts[judged] = (counts[judged] ?? 0) + 1;
    const { name, verdict: _, aisle: __, because: ___, ...request } = entry;
    const same = JSON.stringify(request);
    if (seen.has(same)) {
      differences += 1;
      console.error(`${theme}: ${name}: the same request as ${seen.get(same)}`);
    }
    seen.set(same, `${theme}: ${name}`);
  }
  if (isUpdate) {
    write(theme, entries);
  }
}

console.log(`${seen.size} requests: ${JSON.stringify(counts)}`);
process.exitCode = differences === 0 && seen.size > 0 ? 0 : 1;
