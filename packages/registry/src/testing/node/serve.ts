import { serveDouble } from '@cilock/http/testing/node'
import type { DoubleServer } from '@cilock/http/testing/node'
import type { MemoryRegistry } from '../index.ts'

/** A registry that listens, at a host as references name it. */
export type RegistryServer = DoubleServer

/**
 * Puts a registry for tests behind a real socket, for programs that are not handed a `fetch`.
 *
 * @example
 * const server = await serveRegistry(memoryRegistry())
 * // `${server.host}/team/app:v1`, and at the end:
 * await server.close()
 */
export async function serveRegistry({ answer }: MemoryRegistry): Promise<RegistryServer> {
  return serveDouble(answer)
}
