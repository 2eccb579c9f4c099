/** Traces in binary, as the server writes them. */

/**
 * @param {Record<string, unknown>} header
 * @param {readonly number[]} numbers
 */
export function frameOf(header, numbers) {
  const text = Buffer.from(JSON.stringify(header));
  const head = Buffer.concat([text, Buffer.alloc(-text.length & 3, " ")]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const all = Buffer.concat([length, head, Buffer.from(new Float32Array(numbers).buffer)]);
  return /** @type {ArrayBuffer} */ (Uint8Array.from(all).buffer);
}
