import { registryClient } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { memoryRegistry } from '@cilock/registry/testing'
import type { MemoryRegistry, MemoryRegistryOptions } from '@cilock/registry/testing'

/** Tries again at once, and once. */
export const quick = { retry: { attempts: 2, firstPause: 0 }, wait: async (): Promise<void> => undefined }

/** A registry in memory with two repositories. */
export function open(options?: MemoryRegistryOptions, more: object = {}): { readonly registry: MemoryRegistry; readonly app: Repository; readonly other: Repository } {
  const registry = memoryRegistry(options)
  const { repository } = registryClient({ fetch: registry.fetch, ...quick, ...more })
  return { registry, app: repository(`${registry.host}/team/app`), other: repository(`${registry.host}/team/other`) }
}
