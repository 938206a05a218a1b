import { encodeUtf8, type OwnBytes } from '@cilock/core'
import { expectTypeOf, it } from 'vitest'

it('is what WebCrypto and Blob take', () => {
  expectTypeOf<OwnBytes>().toEqualTypeOf<Uint8Array<ArrayBuffer>>()
  expectTypeOf(encodeUtf8).returns.toExtend<BufferSource>()
})
