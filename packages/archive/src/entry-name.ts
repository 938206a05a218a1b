/**
 * The name of an entry as a file system would understand it: without `.` and doubled slashes. Undefined when it leads
 * out of the archive. Two entries whose names are the same here replace each other when the archive is unpacked.
 */
export function canonicalName(name: string, from: readonly string[] = []): string | undefined {
  const parts = name.startsWith('/') ? [] : [...from]
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}

/** Where a link leads: a symbolic one starts at its own folder, a hard one at the root of the archive. */
export function linkTarget(name: string, target: string, kind: 'link' | 'symlink'): string | undefined {
  if (kind === 'link') return canonicalName(target)
  return target.startsWith('/') ? undefined : canonicalName(target, name.split('/').slice(0, -1))
}
