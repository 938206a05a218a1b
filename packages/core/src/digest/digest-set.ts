/** Digest values by algorithm name, as on the wire: `{ sha256: '<hex>', 'gitoid:sha1': 'gitoid:blob:sha1:<hex>' }`. */
export type DigestSet = Readonly<Record<string, string>>
