/** Every form in which a secret could stand somewhere, to look for it there. */
export class Marker {
  readonly text: string;
  readonly #forms: readonly { readonly name: string; readonly bytes: Buffer }[];

  constructor(text: string) {
    this.text = text;
    const plain = Buffer.from(text);
    const wide = Buffer.from(text, 'utf16le');
    const forms = [
      { name: 'plain', bytes: plain },
      { name: 'UTF-16LE', bytes: wide },
      { name: 'UTF-16BE', bytes: Buffer.from(wide).swap16() },
      { name: 'hex', bytes: Buffer.from(plain.toString('hex')) },
      { name: 'HEX', bytes: Buffer.from(plain.toString('hex').toUpperCase()) },
      { name: 'URL', bytes: Buffer.from(encodeURIComponent(text)) },
      { name: 'JSON', bytes: Buffer.from(JSON.stringify(text).slice(1, -1)) },
    ];
    // Base64 of anything that holds it, at each of the three places where it may begin.
    for (const before of [0, 1, 2]) {
      const all = Buffer.concat([Buffer.alloc(before), plain]).toString('base64');
      const from = Math.ceil((before * 8) / 6);
      const to = Math.floor(((before + plain.length) * 8) / 6);
      const piece = all.slice(from, to);
      forms.push({ name: `base64+${before}`, bytes: Buffer.from(piece) });
      const url = piece.replaceAll('+', '-').replaceAll('/', '_');
      forms.push({ name: `base64url+${before}`, bytes: Buffer.from(url) });
    }
    this.#forms = forms;
  }

  /** Names of the forms that were found. */
  in(where: string | Uint8Array): string[] {
    const bytes = typeof where === 'string' ? Buffer.from(where) : Buffer.from(where);
    return this.#forms.filter((form) => bytes.includes(form.bytes)).map(({ name }) => name);
  }
}
