/**
 * Bytes in an `ArrayBuffer`, as WebCrypto and `Blob` want them: `Uint8Array<ArrayBuffer>` for compilers that tell buffers
 * apart, and `Uint8Array` for those before TypeScript 5.7, in which that type takes no argument.
 */
export type OwnBytes = ReturnType<Uint8ArrayConstructor['of']>
