import { byte, format, longerThan, starts, uint32le } from './format.ts'
import type { Format, Test } from './format.ts'

const ending = '\0\0\0\0\xc0\0\0\0\0\0\0\x46'

/** Compound files of old Office and of Windows. */
export const compound: Format = format('application/x-ole-storage', starts('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), [
  format('application/x-ms-installer', hasClass(`\x84\x10\x0c\0${ending}`)),
  format('application/vnd.ms-outlook', hasClass(`\x0b\x0d\x02\0${ending}`)),
  format('application/vnd.ms-excel', isExcel),
  format('application/vnd.ms-publisher', hasClass(`\x01\x12\x02\0\0\0\0\0\0\xc0\0\0\0\0\0\x46`)),
  format('application/vnd.ms-powerpoint', isPowerPoint),
  format('application/msword', hasClass(`\x06\x09\x02\0${ending}`, `\0\x09\x02\0${ending}`, `\x07\x09\x02\0${ending}`)),
])

/** The root storage has one of these class ids. */
function hasClass(...classes: readonly string[]): Test {
  return (head) => {
    if (head.length < 512) return false
    const sector = byte(head, 26) === 4 && byte(head, 27) === 0 ? 4096 : 512
    const offset = sector * (1 + uint32le(head, 48)) + 80
    return head.length > offset + 16 && classes.some((id) => head.startsWith(id, offset))
  }
}

function isPowerPoint(head: string): boolean {
  const ids = [
    '\x10\x8d\x81\x64\x9b\x4f\xcf\x11\x86\xea\0\xaa\0\xb9\x29\xe8',
    '\x70\xae\x7b\xea\x3b\xfb\xcd\x11\xa9\x03\0\xaa\0\x51\x0e\xa3',
  ]
  if (hasClass(...ids)(head)) return true
  if (head.length < 520) return false
  if (['\xa0\x46\x1d\xf0', '\0\x6e\x1e\xf0', '\x0f\0\xe8\x03'].some((start) => head.startsWith(start, 512))) return true
  if (head.startsWith('\xfd\xff\xff\xff', 512) && head.startsWith('\0\0', 518)) return true
  // A single space between the two words, which no UTF-16 has: so does the library look for them.
  return longerThan(1152)(head) && head.slice(1152).includes(`${wide('PowerPoint')} ${wide('Document').slice(0, -1)}`)
}

function isExcel(head: string): boolean {
  if (hasClass('\x10\x08\x02\0\0\0\0\0', '\x20\x08\x02\0\0\0\0\0')(head)) return true
  if (head.length < 520) return false
  const kinds = ['\x10', '\x1f', '\x22', '\x23', '\x28', '\x29'].map((kind) => `\xfd\xff\xff\xff${kind}`)
  if (['\x09\x08\x10\0\0\x06\x05\0', ...kinds].some((start) => head.startsWith(start, 512))) return true
  return longerThan(1152)(head) && head.slice(1152).includes(wide('WksSSWorkBook').slice(0, -1))
}

/** ASCII as UTF-16, little endian. */
function wide(text: string): string {
  return text.replaceAll(/./g, '$&\0')
}
