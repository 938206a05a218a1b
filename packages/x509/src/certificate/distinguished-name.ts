/** One attribute of a name: its type and its text. */
export interface NameAttribute {
  /** The kind of attribute, by its object identifier. */
  readonly oid: string
  /** Its text. */
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
  /** Its organizations, in order. */
  readonly organizations: readonly string[]
  /** Its organizational units, in order. */
  readonly organizationalUnits: readonly string[]
  /** Its countries, in order. */
  readonly countries: readonly string[]
  /** Its e-mail addresses, in order. */
  readonly emails: readonly string[]
  /** All of its attributes, in order. */
  readonly attributes: readonly NameAttribute[]
  /** The name as text for people: `CN=…,O=…`, the last part first, as Go prints it. Not for decisions. */
  readonly text: string
}
