import { DerReader, Tag } from '@cilock/der'
import type { CertificateExtension } from './certificate.ts'
import { fulcioNameOf, type FulcioExtensionName, type FulcioExtensions } from './fulcio.ts'
import { fulcioArc } from './oid.ts'
import { utf8 } from './text.ts'

/** The first extensions are raw text, the later ones a DER string. */
const lastRawArc = 7

/** Reads Fulcio's extensions. A bad one is listed and hinders no other. */
export function readFulcio(extensions: readonly CertificateExtension[]): FulcioExtensions {
  const values: Partial<Record<FulcioExtensionName, string>> = {}
  const [malformed, conflicting] = [new Set<FulcioExtensionName>(), new Set<FulcioExtensionName>()]
  for (const { oid, value } of extensions) {
    if (!oid.startsWith(`${fulcioArc}.`)) continue
    const arc = Number(oid.slice(fulcioArc.length + 1))
    const name = fulcioNameOf(arc)
    if (name === undefined) continue
    const text = arc <= lastRawArc ? utf8(value) : derText(value)
    if (text === undefined) malformed.add(name)
    else {
      const earlier = values[name]
      if (earlier !== undefined && earlier !== text) conflicting.add(name)
      values[name] = text
    }
  }
  for (const name of malformed) delete values[name]
  return { values, malformed: [...malformed], conflicting: [...conflicting] }
}

function derText(value: Uint8Array): string | undefined {
  const reader = new DerReader(value)
  // Go's decoder takes any of the string types here; Fulcio writes UTF8String
  const content = reader.read(Tag.utf8String) ?? reader.read(Tag.printableString) ?? reader.read(Tag.ia5String)
  return content === undefined || !reader.empty ? undefined : utf8(content)
}
