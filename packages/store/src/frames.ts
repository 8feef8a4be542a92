/**
 * A list of byte strings, each with a number, as one: how documents hold events as they travelled. Layout: per frame
 * the number (float 64), the length (uint 32), the bytes.
 */
export interface Frame {
  readonly at: number;
  readonly bytes: Uint8Array;
}

const HEAD_BYTES = 12;

export function encodeFrames(frames: readonly Frame[]): Uint8Array {
  let size = 0;
  for (const { bytes } of frames) size += HEAD_BYTES + bytes.length;
  const all = new Uint8Array(size);
  const view = new DataView(all.buffer);
  let place = 0;
  for (const { at, bytes } of frames) {
    view.setFloat64(place, at);
    view.setUint32(place + 8, bytes.length);
    all.set(bytes, place + HEAD_BYTES);
    place += HEAD_BYTES + bytes.length;
  }
  return all;
}

/** The frames of `all`, as views of it. Throws RangeError where it breaks off. */
export function decodeFrames(all: Uint8Array): Frame[] {
  const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
  const frames: Frame[] = [];
  for (let place = 0; place < all.length; place += HEAD_BYTES + frames.at(-1)!.bytes.length) {
    const start = place + HEAD_BYTES;
    const end = start + view.getUint32(place + 8);
    if (end > all.length)
      throw new RangeError(`a frame of ${end - start} bytes breaks off after ${all.length - start}`);
    frames.push({ at: view.getFloat64(place), bytes: all.subarray(start, end) });
  }
  return frames;
}
