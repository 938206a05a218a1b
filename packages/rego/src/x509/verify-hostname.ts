import { parseIp } from '../url/ip.ts'
import { equalBytes } from '../crypto/hash.ts'
import type { Certificate } from './certificate.ts'

/** Whether a certificate is for this host, by its alternative names only, as Go's `VerifyHostname` decides. */
export function isForHost({ fields }: Certificate, host: string): boolean {
  const bare = /^\[.+\]$/.test(host) ? host.slice(1, -1) : host
  const ip = parseIp(bare)
  if (ip !== undefined) return (fields.names?.ips ?? []).some((candidate) => equalBytes(wide(candidate), wide(ip)))
  const name = lower(host)
  const valid = isHostname(name, false)
  const parts = name.replace(/\.$/, '').split('.')
  return (fields.names?.dns ?? []).some((pattern) => {
    if (valid && isHostname(pattern, true)) return matches(lower(pattern), parts)
    return !['', '.'].includes(pattern) && !['', '.'].includes(name) && lower(pattern) === name
  })
}

function wide(ip: Uint8Array): Uint8Array {
  return ip.length === 16 ? ip : Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...ip])
}

function isHostname(name: string, pattern: boolean): boolean {
  const text = pattern ? name : name.replace(/\.$/, '')
  if (text === '' || text === '*') return false
  return text.split('.').every((part, i) => (pattern && i === 0 && part === '*') || /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(part))
}

function matches(pattern: string, host: readonly string[]): boolean {
  const parts = pattern.split('.')
  return parts.length === host.length && parts.every((part, i) => (i === 0 && part === '*') || part === host[i])
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (char) => char.toLowerCase())
}
