import { at, byte, format, uint16le, uint32le } from './format.ts'
import type { Format, Test } from './format.ts'

const openDocument = 'application/vnd.oasis.opendocument.'
const office = 'application/vnd.openxmlformats-officedocument.'

export const zip: Format = format('application/zip', isZip, [
  format(`${office}wordprocessingml.document`, isOffice('word/')),
  format(`${office}presentationml.presentation`, isOffice('ppt/')),
  format(`${office}spreadsheetml.sheet`, isOffice('xl/')),
  format('application/epub+zip', at(30, 'mimetypeapplication/epub+zip')),
  format(
    'application/vnd.android.package-archive',
    hasEntry(100, [
      'AndroidManifest.xml', 'META-INF/com/android/build/gradle/app-metadata.properties', 'classes.dex',
      'resources.arsc', 'res/drawable',
    ]),
  ),
  format('application/java-archive', isJar),
  ...['text', 'spreadsheet', 'presentation', 'graphics'].map((kind) =>
    format(openDocument + kind, declares(kind), [format(`${openDocument}${kind}-template`, declares(`${kind}-template`))]),
  ),
  ...['formula', 'chart'].map((kind) => format(openDocument + kind, declares(kind))),
  format('application/vnd.sun.xml.calc', at(30, 'mimetypeapplication/vnd.sun.xml.calc')),
  format('application/vnd.google-earth.kmz', hasEntry(100, ['doc.kml'])),
  format('application/vnd.ms-visio.drawing.main+xml', isOffice('visio/')),
])

export function isZip(head: string): boolean {
  return head.startsWith('PK') && [3, 5, 7].includes(byte(head, 2)) && [4, 6, 8].includes(byte(head, 3))
}

/** A Chrome extension: a zip behind a key and a signature. */
export function isChromeExtension(head: string): boolean {
  if (head.length < 16 || !head.startsWith('Cr24')) return false
  return isZip(head.slice(16 + uint32le(head, 8) + uint32le(head, 12)))
}

/** The first entry, stored as it is, names the type. */
function declares(kind: string): Test {
  return at(30, `mimetype${openDocument}${kind}`)
}

/** A JAR begins with its manifest, or has the flag that lets it be executed. */
function isJar(head: string): boolean {
  const flag = head.length < 28 ? Number.NaN : uint16le(head, afterAdvance(head, 28, uint16le(head, 26) + 2))
  return flag === 0xcafe || hasEntry(1, ['META-INF/', 'META-INF/MANIFEST.MF'])(head)
}

/** A step that would lead behind the end is not made. */
function afterAdvance(head: string, from: number, count: number): number {
  return from + count > head.length ? from : from + count
}

/** One of the first entries has one of these names. */
function hasEntry(limit: number, names: readonly string[]): Test {
  return (head) => {
    let count = 0
    for (const name of entryNames(head)) {
      if (names.includes(name)) return true
      if (++count === limit) return false
    }
    return false
  }
}

/** The first entry is one that Office writes first, and one of the others lies in the folder. */
function isOffice(folder: string): Test {
  const first = ['_rels/', 'docProps/', 'customXml/', '[trash]/']
  return (head) => {
    let count = 0
    for (const name of entryNames(head)) {
      if (name.startsWith(folder)) return true
      if (count === 0 && name !== '[Content_Types].xml' && !first.some((start) => name.startsWith(start))) return false
      if (++count === 100) return false
    }
    return false
  }
}

/** The names in local file headers, found by their signature. */
function* entryNames(head: string): Generator<string, void, undefined> {
  let offset = 0
  for (;;) {
    const header = head.indexOf('PK\x03\x04', offset)
    if (header === -1) return
    const name = header + 30
    const length = uint16le(head, header + 26)
    if (head.length < name || head.length < name + length || length === 0) return
    yield head.slice(name, name + length)
    offset = name
  }
}
