/** One attribute of a name: its type and its text. */
export interface NameAttribute {
  readonly oid: string
  readonly value: string
}

/** A distinguished name, with the attributes that policies speak about taken out. Lists are in the order of the name. */
export interface DistinguishedName {
  /** The very bytes of the name. */
  readonly der: Uint8Array
  /** What names are compared by (RFC 5280, section 7.1): equal texts, equal names. */
  readonly key: string
  /** The last common name, as Go takes it; the empty text where there is none. */
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly organizationalUnits: readonly string[]
  readonly countries: readonly string[]
  readonly emails: readonly string[]
  readonly attributes: readonly NameAttribute[]
  /** The name as text for people: `CN=…,O=…`, the last part first, as Go prints it. Not for decisions. */
  readonly text: string
}
