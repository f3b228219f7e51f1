/** What a shop's back office does with the generated types: create, correct, and feed products. */
import {
  CreateProductDocument,
  CreateProductsDocument,
  DeleteProductDocument,
  ReplaceProductDocument,
  UpdateProductDocument,
  UpsertProductsDocument,
  type CreateProductInput,
  type ErrorCode,
  type ProductDetailsFragment,
  type ReplaceProductInput,
  type RowResultsFragment,
  type UpdateProductInput,
  type WriteVisibility,
} from "./generated/storefront.js";
import type { Answer, Execute, Failure } from "./storefront.js";

/** A conflict carries what is needed to go on. */
export interface Conflict extends Failure {
  readonly extensions: Failure["extensions"] & {
    readonly existingId?: string;
    readonly currentVersion?: string;
  };
}

export type Outcome = { readonly product: ProductDetailsFragment } | { readonly failures: readonly Conflict[] };

function outcome(product: ProductDetailsFragment | null | undefined, answer: Answer<unknown>): Outcome {
  return product ? { product } : { failures: answer.errors ?? [] };
}

/** Only what a product must have; the rest has defaults. */
export async function announce(execute: Execute, name: string, price: number): Promise<Outcome> {
  const input: CreateProductInput = { name, price, description: "More about it soon.", category: "new", brand: "ours" };
  const answer = await execute(CreateProductDocument, { input });
  return outcome(answer.data?.createProduct, answer);
}

/** `undefined` keeps, `null` clears, a value sets. */
export async function correct(execute: Execute, id: string, input: UpdateProductInput): Promise<Outcome> {
  const answer = await execute(UpdateProductDocument, { id, input });
  return outcome(answer.data?.updateProduct, answer);
}

export function withoutImage(execute: Execute, id: string): Promise<Outcome> {
  return correct(execute, id, { imageUrl: null, inStock: true });
}

/** Replaces what was read, unless somebody was faster. */
export async function rewrite(execute: Execute, read: ProductDetailsFragment, description: string): Promise<Outcome> {
  const { id, version, sku, name, price, category, brand, inStock, tags, imageUrl } = read;
  const attributes = read.attributes.map((attribute) => ({ name: attribute.name, value: attribute.value }));
  const input: ReplaceProductInput = {
    ...{ sku, name, price, category, brand, inStock, tags, attributes, imageUrl },
    description,
  };
  const answer = await execute(ReplaceProductDocument, { id, version, input });
  return outcome(answer.data?.replaceProduct, answer);
}

/** The id of what is gone. */
export async function remove(execute: Execute, id: string): Promise<string | null> {
  const { data } = await execute(DeleteProductDocument, { id });
  return data?.deleteProduct?.id ?? null;
}

/** The codes of rows that were refused, by their place. */
export async function feed(
  execute: Execute,
  inputs: readonly ReplaceProductInput[],
  visibility: WriteVisibility,
): Promise<ReadonlyMap<number, ErrorCode>> {
  const { data } = await execute(UpsertProductsDocument, { inputs, visibility });
  return refused(data?.upsertProducts);
}

export async function stock(execute: Execute, inputs: readonly CreateProductInput[]): Promise<ReadonlyMap<number, ErrorCode>> {
  const { data } = await execute(CreateProductsDocument, { inputs });
  return refused(data?.createProducts);
}

function refused(results: RowResultsFragment | null | undefined): ReadonlyMap<number, ErrorCode> {
  const rows = results?.rows ?? [];
  return new Map(rows.flatMap(({ index, error }) => (error ? [[index, error.code] as const] : [])));
}
