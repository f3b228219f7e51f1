/**
 * Asks by the ids of automatic persisted queries, as Apollo Client and urql do: a gateway that keeps texts must get
 * each text once, and one that keeps none must bring the client to send texts alone.
 *
 * usage: persisted.mjs URL_OF_A_GATEWAY_THAT_KEEPS_TEXTS URL_OF_ONE_THAT_DOES_NOT
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

const [keeping, refusing] = process.argv.slice(2);
assert(keeping !== undefined && refusing !== undefined, "usage: persisted.mjs URL URL");

/** What was sent: the method, and which of id and text. */
function recorder() {
  const sent = [];
  const record = async (input, init) => {
    const url = new URL(input);
    const method = init?.method ?? "GET";
    const given = method === "GET" ? Object.fromEntries(url.searchParams) : JSON.parse(init.body);
    const extensions = typeof given.extensions === "string" ? JSON.parse(given.extensions) : given.extensions;
    const parts = [extensions?.persistedQuery && "id", given.query && "text"].filter(Boolean);
    sent.push(`${method} ${parts.join("+")}`);
    return fetch(input, init);
  };
  return { record, take: () => sent.splice(0) };
}

function apollo(uri, record) {
  const sha256 = (text) => createHash("sha256").update(text).digest("hex");
  const link = new PersistedQueryLink({ sha256, useGETForHashedQueries: true });
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: link.concat(new HttpLink({ uri, fetch: record })),
  });
  return async (query) => (await client.query({ query: gql(query), fetchPolicy: "no-cache" })).data;
}

function urql(url, record) {
  const client = new Client({ url, fetch: record, exchanges: [persistedExchange(), fetchExchange] });
  return async (query) => {
    const { data, error } = await client.query(query, {}, { requestPolicy: "network-only" }).toPromise();
    assert.equal(error, undefined);
    return data;
  };
}

/** Each of `expected` is what is sent the first time, and what for the same query again. */
async function check(name, make, expected) {
  for (const [url, [first, second]] of [
    [keeping, expected.keeping],
    [refusing, expected.refusing],
  ]) {
    const { record, take } = recorder();
    const ask = make(url, record);
    for (const requests of [first, second]) {
      const data = await ask(`query ${name} { products(first: 1) { totalCount } }`);
      assert.equal(typeof data.products.totalCount, "number");
      assert.deepEqual(take(), requests, `${name} at ${url}`);
    }
  }
}

await check("Apollo", apollo, {
  keeping: [["GET id", "POST id+text"], ["GET id"]],
  refusing: [["GET id", "POST text"], ["POST text"]],
});
await check("Urql", urql, {
  keeping: [["GET id", "GET id+text"], ["GET id"]],
  refusing: [["GET id", "GET text"], ["GET text"]],
});
console.log("both clients were understood");
