import { CilockError, decodeUtf8 } from '@cilock/core'
import { RegoError } from '@cilock/rego'
import { outlineModule } from '@cilock/rego/analyze'
import type { ModuleOutline } from '@cilock/rego/analyze'
import type { RegoPolicyMembers } from '../document/members.ts'

/** A module that can be read. */
export interface ReadModule {
  readonly text: string
  readonly outline: ModuleOutline
}

/** Undefined where a module cannot be read, which is a finding of its own. */
export function readModule({ module }: RegoPolicyMembers): ReadModule | undefined {
  if (module === undefined) return undefined
  try {
    const text = decodeUtf8(module)
    return { text, outline: outlineModule({ name: 'module', source: text }) }
  } catch (error) {
    if (RegoError.is(error) || CilockError.is(error)) return undefined
    throw error
  }
}
