/**
 * Whether a reference names a commit: the text after its last `@` is 40 hex digits (CI/lock's rule), or 64 as in
 * repositories with SHA-256 names, or the image digest of a container action. A branch could be named so too; what the
 * digits mean is for whoever resolves the reference.
 */
export function isPinned(ref: string): boolean {
  const at = ref.lastIndexOf('@')
  if (at === -1) return false
  const version = ref.slice(at + 1)
  if (ref.startsWith('docker://')) return /^sha256:[0-9a-fA-F]{64}$/.test(version)
  return /^(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/.test(version)
}
