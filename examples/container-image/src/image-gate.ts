import { CilockError } from '@cilock/core'
import { gateImage } from '@cilock/image'
import type { GateOptions } from '@cilock/image'

/** Lets exactly the image through that is signed and whose evidence is about what was signed, or says why not: one line. */
export async function imageGate(options: GateOptions): Promise<string> {
  try {
    const { digest, images } = await gateImage(options)
    return images.map(({ link }) => `passed: ${digest} is signed, and ${link?.chain.map(({ pointer }) => pointer).join(' ') ?? ''} of it is the image ${link?.attested ?? ''} of step ${link?.binding.step ?? ''}`).join('\n')
  } catch (error) {
    if (CilockError.is(error)) return `refused: ${error.code} ${error.message}`
    throw error
  }
}
