import { all, at, byte, format, longerThan, starts, uint16le, uint32le } from './format.ts'
import type { Format } from './format.ts'

/** A tar header's checksum is right; unsigned, or signed as old Sun tar wrote it. */
export function isTar(head: string): boolean {
  if (head.length < 512) return false
  // Gentoo's binary packages are tars of another type.
  if (head.slice(0, 100).includes('/gpkg-1\0')) return false
  const recorded = octal(head.slice(148, 156))
  if (recorded === undefined) return false
  let unsigned = 0
  let signed = 0
  for (let index = 0; index < 512; index++) {
    const code = index >= 148 && index < 156 ? 0x20 : byte(head, index)
    unsigned += code
    signed += code < 0x80 ? code : code - 0x100
  }
  return recorded === unsigned || recorded === signed
}

/** An octal number with spaces or NULs around it; a NUL within ends it. */
function octal(field: string): number | undefined {
  let start = 0
  let end = field.length
  while (start < end && isPadding(field.charAt(start))) start++
  while (end > start && isPadding(field.charAt(end - 1))) end--
  if (start === end) return undefined
  let value = 0
  for (const digit of field.slice(start, end)) {
    if (digit === '\0') break
    if (digit < '0' || digit > '7') return undefined
    value = value * 8 + Number(digit)
  }
  return value
}

function isPadding(character: string): boolean {
  return character === ' ' || character === '\0'
}

/** Frames, those of old versions too, and skippable frames. */
function isZstd(head: string): boolean {
  const magic = uint32le(head, 0)
  return (magic >= 0xfd2f_b522 && magic <= 0xfd2f_b528) || (magic >= 0x184d_2a50 && magic <= 0x184d_2a5f)
}

function isCpio(head: string): boolean {
  return head.length >= 6 && (uint16le(head, 0) === 0o070707 || starts('070707', '070701', '070702')(head))
}

function isInstallShield(head: string): boolean {
  return head.startsWith('ISc(') && byte(head, 6) === 0 && [1, 2, 4].includes(byte(head, 7))
}

export const ar: Format = format('application/x-archive', starts('!<arch>'), [
  format('application/vnd.debian.binary-package', at(8, 'debian-binary')),
])
export const tar: Format = format('application/x-tar', isTar)
export const zstd: Format = format('application/zstd', isZstd)
export const cpio: Format = format('application/x-cpio', isCpio)
export const installShield: Format = format('application/x-installshield', all(longerThan(7), isInstallShield))
