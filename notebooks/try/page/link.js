/* Code in the address: #code= and its deflated bytes in base64url, or #example= and a name. */

const LONGEST = 200_000; // bytes of code in a link; a short link could hold a huge text

const piped = (bytes, stream) => new Blob([bytes]).stream().pipeThrough(stream);

export async function packed(code) {
  const stream = piped(new TextEncoder().encode(code), new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const characters = Array.from(bytes, byte => String.fromCharCode(byte)).join('');
  return btoa(characters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The code again; an error where the text is not what `packed` made. */
export async function unpacked(text) {
  const characters = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(characters, character => character.charCodeAt(0));
  const reader = piped(bytes, new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
  let code = '';
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return code + decoder.decode();
    code += decoder.decode(value, {stream: true});
    if (code.length > LONGEST) throw new RangeError('the code is too long');
  }
}

/** The name and the text of the fragment: ['example', 'neuron']. */
export function fragment() {
  const [name, ...rest] = location.hash.slice(1).split('=');
  return [name, rest.join('=')];
}

/** Put a name and a text into the address, in place of what stands there. */
export function setFragment(name, text) {
  history.replaceState(null, '', `#${name}=${text}`);
}
