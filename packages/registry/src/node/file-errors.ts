import { RegistryError } from '../error.ts'

/** Why a file could not be read. */
export function unreadable(error: unknown, name: string): RegistryError {
  if (error instanceof Error && error.name === 'AbortError') return new RegistryError('ERR_ABORTED', `${name}: reading was stopped`, { cause: error })
  return new RegistryError('ERR_LAYOUT_INVALID', `expected to read ${name}`, { cause: error })
}

/** What the file system says while something is written, as an error with a code. What content says is left as it is. */
export async function written<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw new RegistryError('ERR_LAYOUT_INVALID', `expected to write ${name}`, { cause: error })
    throw error
  }
}
