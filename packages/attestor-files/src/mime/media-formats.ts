import { all, at, byte, format, longerThan, starts, uint16be, uint32be, uint32le } from './format.ts'
import type { Format, Test } from './format.ts'

/** The brand in the `ftyp` box of the ISO base media format. */
const brand = (...brands: readonly string[]): Test => at(8, ...brands)

export const mp4: Format = format('video/mp4', (head) => head.length >= 12 && byte(head, 0) === 0 && head.startsWith('ftyp', 4), [
  format('image/avif', brand('avif', 'avis')),
  format('video/3gpp', brand('3gp1', '3gp2', '3gp3', '3gp4', '3gp5', '3gp6', '3gp7', '3gs7', '3ge6', '3ge7', '3gg6')),
  format('video/3gpp2', brand('3g24', '3g25', '3g26', '3g2a', '3g2b', '3g2c', 'KDDI')),
  format('audio/mp4', brand('F4A ', 'F4B ', 'M4B ', 'M4P ', 'MSNV', 'NDAS')),
  format('video/quicktime', brand('mqt ')),
  format('audio/x-m4a', brand('M4A ')),
  format('video/x-m4v', brand('M4V ', 'M4VH', 'M4VP')),
  format('image/heic', brand('heic', 'heix')),
  format('image/heic-sequence', brand('hevc', 'hevx')),
  format('image/heif', brand('mif1', 'heim', 'heis', 'avic')),
  format('image/heif-sequence', brand('msf1', 'hevm', 'hevs', 'avcs')),
  format('video/mj2', brand('mj2s', 'mjp2', 'MFSM', 'MGSV')),
  format(
    'video/vnd.dvb.file',
    brand(
      'dby1', 'dsms', 'dts1', 'dts2', 'dts3', 'dxo ', 'dmb1', 'dmpf', 'drc1',
      'dv1a', 'dv1b', 'dv2a', 'dv2b', 'dv3a', 'dv3b', 'dvr1', 'dvt1', 'emsg',
    ),
  ),
])

export const ogg: Format = format('application/ogg', starts('OggS\0'), [
  format('audio/ogg', all(longerThan(36), at(28, '\x7fFLAC', '\x01vorbis', 'OpusHead', 'Speex   '))),
  format('video/ogg', all(longerThan(36), at(28, '\x80theora', 'fishead\0', '\x01video\0\0\0'))),
])

export const png: Format = format('image/png', starts('\x89PNG\r\n\x1a\n'), [format('image/vnd.mozilla.apng', at(37, 'acTL'))])

/** RIFF and IFF files: a tag, a length, a second tag, and something behind it. */
export function tagged(first: string, second: string, minimum = 13): Test {
  return (head) => head.length >= minimum && head.startsWith(first) && head.startsWith(second, 8)
}

export function jpeg2000(signature: string): Test {
  return all(at(4, 'jP  ', 'jP2 '), at(20, signature))
}

export function isBmp(head: string): boolean {
  return head.startsWith('BM') && [48, 24, 16, 64, 52, 56, 40, 124, 108].includes(uint32le(head, 14))
}

export function isMp3(head: string): boolean {
  if (head.length < 3) return false
  return head.startsWith('ID3') || [0xfffa, 0xfff2, 0xffe2].includes(uint16be(head, 0) & 0xfffe)
}

export function isMpeg(head: string): boolean {
  return head.startsWith('\0\0\x01') && byte(head, 3) >= 0xb0 && byte(head, 3) <= 0xbf
}

export function isQuickTime(head: string): boolean {
  if (head.length < 12) return false
  if (at(4, 'ftypqt  ', 'ftypmoov')(head)) return byte(head, 0) === 0
  return at(4, 'moov\0', 'mdat\0', 'free\0', 'skip\0', 'pnot\0')(head) || head.startsWith('\0\0\0\x08wide')
}

/** Matroska and WebM: the document type stands behind its element id and the length. */
export function matroska(documentType: string): Test {
  return (head) => {
    if (!head.startsWith('\x1a\x45\xdf\xa3')) return false
    const element = head.indexOf('\x42\x82')
    if (element === -1) return false
    const size = byte(head, element + 2)
    if (Number.isNaN(size)) return false
    // A variable-length integer is as long as its leading zeros say, plus one.
    const width = Math.min(Math.clz32(size) - 23, 8)
    return head.startsWith(documentType, element + 2 + width)
  }
}

export function isLotus(head: string): boolean {
  if (head.length <= 20) return false
  const version = uint32be(head, 0)
  if (version === 0x0200) return byte(head, 6) !== 0 && byte(head, 7) === 0
  return version === 0x1a00 && byte(head, 20) > 0 && byte(head, 20) < 32
}
