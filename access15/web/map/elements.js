// Elements of a page. Text from data is only ever text.

import { decodeBytes } from "../core/decode.js";

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} [text] @param {string} [className] @param {Record<string, string>} [attributes]
 * @returns {HTMLElementTagNameMap[T]}
 */
export const make = (tag, text = "", className = "", attributes = {}) => {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  return element;
};

/**
 * Text of unknown direction, kept from turning its neighbours around.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} text @param {string} [className]
 */
export const isolated = (tag, text, className = "") => make(tag, text, className, { dir: "auto" });

/** Text as markup that shows it. @param {string} text */
export const escaped = (text) => make("span", text).innerHTML;

/**
 * An element that the page's template holds.
 * @template {HTMLElement} T
 * @param {string} id @param {new () => T} kind
 * @returns {T}
 */
export const find = (id, kind) => {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) {
    throw new TypeError(`the page has no ${kind.name} ${id}`);
  }
  return found;
};

/** @param {string} id */
export const byId = (id) => find(id, HTMLElement);

/** What Python wrote into the page. @param {string} id @returns {any} */
export const readData = (id) => JSON.parse(byId(id).textContent || "");

/** Whether this browser can unpack what a page carries: those since 2023 can. */
export const canUnpack = () => "DecompressionStream" in globalThis;

/** What zlib packed. @param {string} text base64 @returns {Promise<ArrayBuffer>} */
export const unpack = (text) => {
  const stream = new Blob([new Uint8Array(decodeBytes(text))]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
};

/** JSON that zlib packed. @param {string} text base64 @returns {Promise<any>} */
export const unpackData = async (text) => JSON.parse(new TextDecoder().decode(await unpack(text)));
