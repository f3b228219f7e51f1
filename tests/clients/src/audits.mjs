/**
 * Runs every audit of `graphql-http` against the gateway whose address is given. A recommendation that is not followed
 * fails as a requirement does.
 */
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
if (url === undefined) {
  throw new Error("usage: audits.mjs URL");
}

const audits = serverAudits({ url });
let failed = 0;
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status !== "ok") {
    failed += 1;
    console.error(`${result.id} ${result.name}: ${result.status}: ${result.reason}`);
  }
}

console.log(`${audits.length - failed} of ${audits.length} audits passed`);
process.exitCode = failed === 0 && audits.length > 0 ? 0 : 1;
