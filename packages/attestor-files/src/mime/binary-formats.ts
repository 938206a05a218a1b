import { at, byte, format, starts, uint16be, uint32be, uint32le } from './format.ts'
import type { Format, Test } from './format.ts'
import { isText } from './text-formats.ts'

const elfType = (type: number): Test => {
  return (head) => (byte(head, 16) === type && byte(head, 17) === 0) || (byte(head, 16) === 0 && byte(head, 17) === type)
}

export const elf: Format = format('application/x-elf', starts('\x7fELF'), [
  format('application/x-object', elfType(1)),
  format('application/x-executable', elfType(2)),
  format('application/x-sharedlib', elfType(3)),
  format('application/x-coredump', elfType(4)),
])

/** Java classes and fat Mach-O share a magic number; the byte that tells them apart is a version or a count. */
const cafebabe = 0xcafe_babe

export function isClass(head: string): boolean {
  return uint32be(head, 0) === cafebabe && byte(head, 7) > 30
}

export function isMachO(head: string): boolean {
  if (uint32be(head, 0) === cafebabe && byte(head, 7) < 0x14) return true
  return [uint32be(head, 0), uint32le(head, 0)].some((magic) => magic === 0xfeed_face || magic === 0xfeed_facf)
}

/** dBase: a known kind, a date, and reserved bytes that are zero. */
export function isDbf(head: string): boolean {
  if (head.length < 68) return false
  const month = byte(head, 2)
  const day = byte(head, 3)
  if (month === 0 || month > 12 || day === 0 || day > 31) return false
  if (head.slice(12, 14) !== '\0\0' || head.slice(30, 32) !== '\0\0' || byte(head, 28) > 1) return false
  return '\x02\x03\x04\x05\x30\x31\x32\x42\x62\x7b\x82\x83\x87\x8a\x8b\x8e\xb3\xcb\xe5\xf5\xf4\xfb'.includes(head.charAt(0))
}

/** MARC 21: the leader's digits and its fixed end, and a field terminator. */
export function isMarc(head: string): boolean {
  return head.startsWith('4500', 20) && /^\d{5}/.test(head) && head.slice(0, 2048).includes('\x1e')
}

export function isTimeZone(head: string): boolean {
  return head.length >= 44 && head.startsWith('TZif') && uint32be(head, 36) !== 0 && '\x0023'.includes(head.charAt(4))
}

export const shapeIndex: Format = format('application/vnd.shx', starts('\0\0\x27\x0a'), [format('application/vnd.shp', isShape)])

function isShape(head: string): boolean {
  if (head.length < 112 || !head.startsWith(`\0\0\x27\x0a${'\0'.repeat(20)}`) || uint32le(head, 28) !== 1000) return false
  return [0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31].includes(uint32le(head, 108))
}

/** A signed message, as PEM or DER. The library looks for the object id one byte later for each longer length. */
export function isPkcs7(head: string): boolean {
  if (head.startsWith('-----BEGIN PKCS7')) return true
  if (head.length < 20) return false
  const length = byte(head, 1) - 0x80
  return head.startsWith('\x30') && length >= 0 && length <= 4 && head.startsWith('\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07', length + 2)
}

export function isZlib(head: string): boolean {
  return head.startsWith('x') && uint16be(head, 0) % 31 === 0 && !isText(head)
}

export function isFrameMaker(head: string): boolean {
  const named = starts('<MakerFile', '<MakerDictionary')(head) || head.slice(0, 9).toUpperCase() === '<BOOKFILE'
  return named && head.slice(0, 512).includes('\0')
}

/** A tag, and behind it at offset 7 the edition. */
export function meteorological(tag: string, ...editions: readonly number[]): Test {
  return (head) => head.startsWith(tag) && editions.includes(byte(head, 7))
}

export function isTrueType(head: string): boolean {
  if (!head.startsWith('\0\x01\0\0') || head.length < 16 || uint16be(head, 4) >= 49) return false
  return sfntTables.has(head.slice(12, 16))
}

export function isEmbeddedOpenType(head: string): boolean {
  return at(34, '\x4c\x50')(head) && at(8, '\x02\0\x01', '\x01\0\0', '\x02\0\x02')(head)
}

const sfntTables: ReadonlySet<string> = new Set([
  'acnt', 'ankr', 'avar', 'bdat', 'bhed', 'bloc', 'bsln', 'cmap', 'cvar', 'cvt ', 'EBSC', 'fdsc', 'feat', 'fmtx',
  'fond', 'fpgm', 'fvar', 'gasp', 'gcid', 'glyf', 'gvar', 'hdmx', 'head', 'hhea', 'hmtx', 'hvgl', 'hvpm', 'just',
  'kern', 'kerx', 'lcar', 'loca', 'ltag', 'maxp', 'meta', 'mort', 'morx', 'name', 'opbd', 'OS/2',
])
